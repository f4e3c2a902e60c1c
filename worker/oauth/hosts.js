// Which hosts are this very machine.

/** @param {string} hostname as a URL has it */
export const isLoopback = (hostname) => hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
