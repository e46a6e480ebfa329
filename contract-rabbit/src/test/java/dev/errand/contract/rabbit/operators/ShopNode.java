package dev.errand.contract.rabbit.operators;

import dev.errand.testing.rabbit.RabbitNode;
import dev.errand.testing.rabbit.RabbitServer;
import java.io.IOException;

/**
 * The one server on which the page's commands are run, as only a node of ours may be configured.
 */
final class ShopNode {
  static final RabbitNode NODE = RabbitServer.privateNode();

  private static boolean users;

  private ShopNode() {}

  /** Makes the virtual host of the page anew, and lets guest do everything there. */
  static void emptyShop() {
    if (NODE.ctl("list_vhosts").lines().anyMatch("shop"::equals)) {
      NODE.ctl("delete_vhost", "shop");
    }
    NODE.ctl("add_vhost", "shop");
    NODE.ctl("set_permissions", "-p", "shop", "guest", ".*", ".*", ".*");
  }

  /** Makes the users of the page, once, as it says. */
  static synchronized void users(Commands commands) throws IOException, InterruptedException {
    if (!users) {
      commands.run("users");
      users = true;
    }
  }

  /** What stands on the node. */
  static Definitions definitions() {
    return Definitions.parse(NODE.ctl("export_definitions", "-"));
  }

  /** The address of a virtual host, as guest. */
  static String address(String vhost) {
    return NODE.address() + "/" + vhost;
  }

  /** The address of a virtual host, as somebody else. */
  static String address(String vhost, String user, String password) {
    return address(vhost).replace("guest:guest@", user + ":" + password + "@");
  }
}
