//! The operations of the server with the types of their requests and answers.

import type { paths } from "./schema";
import { requirements } from "./requirements";

type PostOf<P> = P extends { post: infer O } ? O : never;
type Op<N extends string> = PostOf<paths[`/v2/${N}` & keyof paths]>;

/** Names of the operations of the OpenAPI document. */
export type OperationName = keyof typeof requirements;

type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? B
  : O extends { requestBody?: { content: { "application/json": infer B } } }
    ? B
    : never;
type AnswerOf<O> = O extends { responses: { 200: { content: { "application/json": infer A } } } }
  ? A
  : never;

/** The request of an operation. */
export type Input<N extends OperationName> = BodyOf<Op<N>>;
/** The `data` of an operation's answer. */
export type Output<N extends OperationName> = AnswerOf<Op<N>> extends { data: infer D } ? D : never;
/** One item of an operation that lists. */
export type Item<N extends OperationName> = Output<N> extends readonly (infer I)[] ? I : never;

/** The names of the operations that answer with a list. */
export type ListName = {
  [N in OperationName]: Output<N> extends readonly unknown[] ? N : never;
}[OperationName];

/** A key as lists show it. */
export type KeyItem = Item<"keys.listKeys">;
/** A key as it is read alone. */
export type KeyDetail = Output<"keys.getKey">;
/** An API as lists show it. */
export type ApiItem = Item<"apis.listApis">;

/** Tells whether this version of the server has an operation. */
export function hasOperation(name: string): name is OperationName {
  return Object.hasOwn(requirements, name);
}
