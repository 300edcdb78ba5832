// Everything that a module exports carries a doc comment. The plug-in for this in common use has left Node 20, and this much is enough.
function namesOf(declaration) {
  return declaration.type === 'VariableDeclaration' ? declaration.declarations.map(({ id }) => id.name) : [declaration.id?.name];
}

function hasDoc(node, source) {
  const comment = source.getCommentsBefore(node).at(-1);
  return comment?.type === 'Block' && comment.value.startsWith('*') && node.loc.start.line - comment.loc.end.line <= 1;
}

/** Reports exported declarations without a doc comment right above. A schema's comment also counts for the type of the same name. */
export const documentedExports = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: "'{{name}}' is exported: say above it, in a `/** */` comment, what it is." },
  },
  create(context) {
    return {
      Program(program) {
        const exported = program.body.filter((node) => node.type === 'ExportNamedDeclaration' && node.declaration);
        const entries = exported.flatMap((node) =>
          namesOf(node.declaration).map((name) => ({ name, node, documented: hasDoc(node, context.sourceCode) })),
        );
        const documented = new Set(entries.filter((entry) => entry.documented).map(({ name }) => name));
        for (const { name, node } of entries) if (!documented.has(name)) context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};
