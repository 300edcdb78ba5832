import { Ajv } from 'ajv';
import { TrainerError } from '../../errors.ts';
import { Type, type Static, type TObject, type TProperties } from 'typebox';

/** Answers one kind of call; what it throws is answered with 400. */
export type Route = (body: unknown, query: URLSearchParams) => unknown;

/** The calls of a protocol, such as `POST /generate`. */
export type Routes = Readonly<Record<string, Route>>;

const ajv = new Ajv();

/** Ends a request with this message. */
export function refuse(message: string): never {
  throw new TrainerError('rollout_failed', message);
}

/** Makes a check of requests that refuses every field it does not know. */
export function requestCheck<Properties extends TProperties>(properties: Properties): (value: unknown) => Static<TObject<Properties>> {
  const isRequest = ajv.compile<unknown>(Type.Object(properties, { additionalProperties: false }) as object);
  return (value) => {
    if (isRequest(value)) return value as Static<TObject<Properties>>;
    return refuse(ajv.errorsText(isRequest.errors, { dataVar: 'body' }) + JSON.stringify(isRequest.errors?.map(({ params }) => params)));
  };
}

/** Sampling settings that every request must state, since a real server would take them from the model's folder. */
export const SAMPLING = {
  temperature: Type.Number({ minimum: 0 }),
  top_p: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  top_k: Type.Integer({ minimum: -1 }),
  min_p: Type.Literal(0),
  repetition_penalty: Type.Literal(1),
  presence_penalty: Type.Literal(0),
  frequency_penalty: Type.Literal(0),
  stop_token_ids: Type.Array(Type.Integer({ minimum: 0 })),
  skip_special_tokens: Type.Literal(false),
};
