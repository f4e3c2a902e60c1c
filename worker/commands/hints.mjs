// The commands that messages tell people to run: for the same server as the command that prints them.

/** @typedef {{ remote?: boolean, env?: string, config?: string }} Where which server a command is for */

/** One word for the shell. @param {string} text */
export const word = (text) => (/^[\w:/.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The end of a command that is for this server. @param {Where} where */
export const forServer = ({ remote, env, config }) => `${remote ? " --remote" : ""}${env ? ` --env ${word(env)}` : ""}${config ? ` --config ${word(config)}` : ""}`;

/** @param {string} command what keys.mjs is to do @param {Where} where */
export const keysCommand = (command, where) => `npm run keys -- ${command}${forServer(where)}`;

/** What starts the local server. @param {Where} where */
export function startCommand({ env, config }) {
  const options = forServer({ env, config });
  return `npm start${options && ` --${options}`}`;
}

/** @param {string} name @param {Where} where */
export const secretCommand = (name, { env, config }) => `npx wrangler secret put ${name}${forServer({ env, config })}`;
