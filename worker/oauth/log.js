// The provider library warns of clients with their ids, and with what their documents say, as strangers wrote them:
// what comes after a line end would look like a line of ours. It leaves no choice, so the platform's own function is
// wrapped. What this server itself logs is JSON.
const warn = console.warn;

console.warn = (...words) => warn(...words.map((word) => String(word).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")));
