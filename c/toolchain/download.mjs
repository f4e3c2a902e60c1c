// Writes what is at a URL to the standard output. A process of its own, because Node goes by HTTPS_PROXY and the like
// only if it is told to when it starts (NODE_USE_ENV_PROXY).
import { reason } from "./pinned.mjs";

try {
  const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  process.stdout.write(Buffer.from(await answer.arrayBuffer()));
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}
