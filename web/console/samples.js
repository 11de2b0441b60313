/**
 * A request as a program would send it. The token stands in the environment, never in the text.
 *
 * @typedef {{method: string, url: string, body?: object, token: 'page' | 'app'}} Request
 * @type {Record<string, (request: Request) => string>}
 */
export const SAMPLES = { curl, Python: python, JavaScript: javaScript };

/** @param {Request} request */
function curl({ method, url, body, token }) {
  const lines = [`curl -X ${method} ${shell(url)}`, `-H "Authorization: Bearer $${VARIABLES[token]}"`];
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${shell(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}

/** @param {Request} request */
function python({ method, url, body, token }) {
  const json = body === undefined ? '' : `\n    json=${literal(body, '    ')},`;
  return `import os
import requests

answer = requests.request(
    ${JSON.stringify(method)},
    ${JSON.stringify(url)},
    headers={"Authorization": f"Bearer {os.environ['${VARIABLES[token]}']}"},${json}
)
print(answer.status_code, answer.json())`;
}

/** @param {Request} request */
function javaScript({ method, url, body, token }) {
  const json = body === undefined ? '' : `\n  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),`;
  const type = body === undefined ? '' : `, 'Content-Type': 'application/json'`;
  return `const answer = await fetch(${JSON.stringify(url)}, {
  method: '${method}',
  headers: { Authorization: \`Bearer \${process.env.${VARIABLES[token]}}\`${type} },${json}
});
console.log(answer.status, await answer.json());`;
}

/** A word of a POSIX shell. @param {string} text */
function shell(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A value as Python writes it. A text is a JSON string there, too, but for surrogates.
 *
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function literal(value, indent) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}    `;
  const inner = Array.isArray(value)
    ? value.map((item) => literal(item, deeper))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${literal(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return inner.length === 0 ? open + close : `${open}\n${inner.map((line) => `${deeper}${line},`).join('\n')}\n${indent}${close}`;
}

const VARIABLES = { page: 'PAGE_TOKEN', app: 'APP_TOKEN' };
