// Writes what is at a URL to the standard output. A process of its own, because Node goes by HTTPS_PROXY and the like
// only if it is told to when it starts (NODE_USE_ENV_PROXY).
try {
  const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  process.stdout.write(Buffer.from(await answer.arrayBuffer()));
} catch (thrown) {
  let error = /** @type {any} */ (thrown);
  while (error.cause) error = error.cause;
  console.error(error.message);
  process.exitCode = 1;
}
