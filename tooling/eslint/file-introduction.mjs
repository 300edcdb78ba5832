/** Reports files over a length that do not open with a comment on what they are: before their imports, or right after them. */
export const fileIntroduction = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'object', properties: { from: { type: 'integer' } }, additionalProperties: false }],
    messages: { missing: 'A file of {{lines}} lines opens with 2 to 5 lines on what it is and what was left out.' },
  },
  create(context) {
    const source = context.sourceCode;
    return {
      Program(program) {
        const lines = source.lines.length;
        if (lines <= context.options[0].from) return;
        const firstCode = program.body.find((node) => node.type !== 'ImportDeclaration');
        const opens = source.getAllComments().some((comment) => firstCode === undefined || comment.range[1] <= firstCode.range[0]);
        if (!opens) context.report({ node: program, messageId: 'missing', data: { lines: String(lines) } });
      },
    };
  },
};
