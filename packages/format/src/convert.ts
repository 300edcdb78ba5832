// `@vtriune/format/convert`: rows of public data sets and of other trainers as samples.
export { converterNamed, converters, convertRow } from './convert/converters.ts';
export type { ConvertContext, Converter, DataRow } from './convert/converter.ts';
