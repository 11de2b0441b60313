import { ROOT } from './address.js';

/**
 * The shapes of the server's API, so that what can be chosen is never told twice: `/openapi.json` has it.
 *
 * @typedef {{description?: string, enum?: string[], pattern?: string, default?: string, $ref?: string, properties?: Record<string, Schema>}} Schema
 * @typedef {{name: string, words: string, choices: string[], usual: string}} Choice
 */

/** @type {Promise<Record<string, Schema>> | null} */
let read = null;

/** @returns {Promise<Record<string, Schema>>} */
export function schemas() {
  read ??= fetch(new URL('openapi.json', ROOT)).then(async (answer) => (await answer.json()).components.schemas);
  return read;
}

/**
 * What of an object can be chosen from a few words.
 *
 * @param {Record<string, Schema>} all
 * @param {string} name the object's
 * @returns {Choice[]}
 */
export function choicesOf(all, name) {
  return Object.entries(all[name]?.properties ?? {}).map(([property, schema]) => {
    const named = all[schema.$ref?.split('/').at(-1) ?? ''] ?? {};
    const words = schema.description ?? named.description ?? '';
    return { name: property, words, choices: wordsOf({ ...named, ...schema }), usual: schema.default ?? '' };
  });
}

/** The words that a schema lets through. @param {Schema | undefined} schema @returns {string[]} */
export function wordsOf(schema) {
  return schema?.enum ?? schema?.pattern?.match(/^\^\((.+)\)\$$/)?.[1].split('|') ?? [];
}
