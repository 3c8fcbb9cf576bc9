// Indicators in mail, written so that nobody can open them by accident. Mail programs make links of whatever looks like one,
// and gateways open links, or withhold a mail for the address in it: an alert has to arrive, with its indicators.

// Endings of files and local names that are no top-level domain; whatever ends in something else may become a link.
const NO_DOMAIN =
  /^(exe|dll|sys|scr|bat|cmd|vbs|vbe|wsf|hta|ps1|psm1|psd1|js|jse|jar|php|asp|aspx|jsp|lnk|msi|msp|iso|img|bin|dat|tmp|log|txt|csv|json|xml|xsl|yml|yaml|toml|ini|cfg|conf|htm|html|doc|docx|docm|dot|dotm|xls|xlsx|xlsm|ppt|pptx|pptm|pdf|rtf|one|eml|msg|png|jpg|jpeg|gif|bmp|svg|rar|7z|gz|tgz|bz2|xz|tar|elf|dmg|apk|deb|rpm|local|localdomain|lan|internal|intranet|corp|test|invalid|localhost)$/i;
// What makes a link of the part before it, whatever follows: `invoice.com.exe`.
const COMMON = /^(com|net|org|info|biz|[a-z]{2})$/i;
const HOST = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
// An initial and a name are a person: names of one letter are hardly given out below other endings than these.
const PERSON = /^\p{L}\.(?!(?:com|net|org)$)\p{L}{3,}$/iu;
const MAYBE_DOMAIN = /^\p{L}[\p{L}\p{N}-]*\p{L}$|^xn--[a-z0-9-]+$/iu;

/** The text with its links and host names broken in the way analysts know: `https[://]evil[.]example`. Letters and digits stay. */
export const defanged = (text: string): string =>
  text
    .replaceAll("://", "[://]")
    // For mail programs this is a link whatever follows.
    .replace(/(www)\.(?=\S)/gi, "$1[.]")
    .replace(HOST, defangedHost);

// All dots or none: of `vpn.example[.]com` some programs still link `vpn.example`.
const defangedHost = (host: string): string => (mayBeLinked(host) ? host.replaceAll(".", "[.]") : host);

function mayBeLinked(host: string): boolean {
  const [, ...labels] = host.split(".");
  const last = labels.pop() ?? "";
  if (labels.some((label) => COMMON.test(label))) return true;
  return MAYBE_DOMAIN.test(last) && !NO_DOMAIN.test(last) && !PERSON.test(host);
}
