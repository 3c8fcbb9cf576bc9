// A certificate for `localhost`, made for one test run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Key and self-signed certificate, as text and as files. */
export interface Certificate {
  key: string;
  cert: string;
  keyPath: string;
  certPath: string;
  /** The folder of the files, for whoever cleans up. */
  folder: string;
}

/** Makes a certificate that is valid for a day, by the `openssl` program. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-certificate-"));
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", keyPath, "-out", certPath, "-days", "1", ...subject], { stdio: "ignore" });
  return { key: readFileSync(keyPath, "utf8"), cert: readFileSync(certPath, "utf8"), keyPath, certPath, folder };
}
