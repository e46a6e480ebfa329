package dev.errand.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Finds what is public and says nothing of itself. Javadoc's own check of this kind asks for
 * {@code @param} and {@code @return} too, where the sentence has said it already.
 */
final class Documentation extends TreePathScanner<Void, Void> {

  private final DocTrees comments;
  private final CompilationUnitTree file;
  private final List<String> missing = new ArrayList<>();

  private Documentation(DocTrees comments, CompilationUnitTree file) {
    this.comments = comments;
    this.file = file;
  }

  /**
   * Public types, and their public and protected members, without a comment: one line for each.
   * What overrides has inherited its own.
   */
  static List<String> missingIn(Iterable<? extends JavaFileObject> sources) throws IOException {
    JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, null, List.of("-proc:none"), null, sources);
    DocTrees comments = DocTrees.instance(task);
    List<String> missing = new ArrayList<>();
    for (CompilationUnitTree file : task.parse()) {
      Documentation documentation = new Documentation(comments, file);
      documentation.scan(file, null);
      missing.addAll(documentation.missing);
    }
    return missing;
  }

  @Override
  public Void visitClass(ClassTree type, Void unused) {
    if (!isPublic(type.getModifiers())) {
      return null;
    }
    requireComment(type.getSimpleName().toString());
    return super.visitClass(type, null);
  }

  @Override
  public Void visitMethod(MethodTree method, Void unused) {
    if (isPublic(method.getModifiers()) && !overrides(method)) {
      requireComment(enclosing() + "." + method.getName());
    }
    return null;
  }

  @Override
  public Void visitVariable(VariableTree field, Void unused) {
    // A record's components are private fields here; its own comment names them.
    if (isPublic(field.getModifiers())) {
      requireComment(enclosing() + "." + field.getName());
    }
    return null;
  }

  private boolean isPublic(ModifiersTree modifiers) {
    return modifiers.getFlags().contains(Modifier.PUBLIC)
        || modifiers.getFlags().contains(Modifier.PROTECTED)
        || (isMemberOfAnInterface() && !modifiers.getFlags().contains(Modifier.PRIVATE));
  }

  private boolean isMemberOfAnInterface() {
    Kind kind = getCurrentPath().getParentPath().getLeaf().getKind();
    return kind == Kind.INTERFACE || kind == Kind.ANNOTATION_TYPE;
  }

  private static boolean overrides(MethodTree method) {
    return method.getModifiers().getAnnotations().stream()
        .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
  }

  private String enclosing() {
    return ((ClassTree) getCurrentPath().getParentPath().getLeaf())
        .getSimpleName()
        .toString();
  }

  private void requireComment(String name) {
    if (comments.getDocComment(getCurrentPath()) == null) {
      long start =
          comments.getSourcePositions().getStartPosition(file, getCurrentPath().getLeaf());
      missing.add("%s has no Javadoc (%s:%d)"
          .formatted(name, file.getSourceFile().getName(), file.getLineMap().getLineNumber(start)));
    }
  }
}
