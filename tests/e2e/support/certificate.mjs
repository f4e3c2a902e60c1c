// A self-signed certificate for `localhost`, which a test's server presents and its Worker trusts.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Why none can be made here; false if one can. @returns {string | false} */
export function withoutCertificates() {
  try {
    return execFileSync("openssl", ["version"], { stdio: "pipe" }) && false;
  } catch {
    return "there is no openssl, which makes the certificate";
  }
}

/** @param {string} folder the caller's @returns {{ file: string, cert: Buffer, key: Buffer }} */
export function makeCertificate(folder) {
  const [keyFile, file] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...kind, "-keyout", keyFile, "-out", file, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "pipe" });
  return { file, cert: readFileSync(file), key: readFileSync(keyFile) };
}
