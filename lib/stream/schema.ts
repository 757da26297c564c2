/**
 * What a page and its server must agree on: the commands one sends and the events the other folds. Raised with every
 * change of them, for a page that was opened before the server was updated must not go on by rules of its own.
 */
export const STREAM_SCHEMA = 1
