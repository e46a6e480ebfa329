package dev.errand.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.testing.rabbit.PlantedPassword;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpAddressTest {
  @Test
  void address_withoutPort_hasTheStandardOne() {
    assertThat(SmtpAddress.parse("smtp://mail.example.org"))
        .isEqualTo(new SmtpAddress("mail.example.org", 25, null));
  }

  @Test
  void address_withLogin_isDecodedAndNeverPrintsThePassword() {
    SmtpAddress address =
        SmtpAddress.parse("smtp://ann:" + PlantedPassword.TEXT + "%40%3A1@mail.example.org:587");

    assertThat(address)
        .isEqualTo(new SmtpAddress(
            "mail.example.org", 587, new SmtpAddress.Login("ann", PlantedPassword.TEXT + "@:1")));
    assertThat(address).hasToString("smtp://ann:***@mail.example.org:587");
    assertThat(address.login()).hasToString("ann:***");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      http://host             | does not begin with smtp://
      host:25                 | does not begin with smtp://
      smtp:host               | names no host
      smtp://host:70000       | outside 1 to 65535
      smtp://ann@host         | a user without a password
      """)
  void malformedAddress_isRefusedWithTheRemedy(String address, String why) {
    assertThatThrownBy(() -> SmtpAddress.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("DOCUMENTS_SMTP", why, "smtp://user:password@host:port")
        .hasNoCause();
  }

  @Test
  void malformedAddress_withAPassword_isRefusedWithoutIt() {
    String address = "smtp://ann: " + PlantedPassword.TEXT + "@host";

    assertThatThrownBy(() -> SmtpAddress.parse(address))
        .hasMessageContaining("has a character that an address cannot hold")
        .hasMessageNotContaining(PlantedPassword.TEXT)
        .hasNoCause();
  }
}
