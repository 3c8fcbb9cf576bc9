// The small cast of incidents that the samples are made of. Documentation addresses and example names only.

/** Where and on what an incident happens. */
export interface Place {
  number: number;
  host: string;
  ip: string;
}

/** One kind of incident. */
export interface Scene {
  /** Beginning of the host's name. */
  host: string;
  title(place: Place): string;
  details(place: Place): string;
  rule: string;
  urgency: number;
  category: string;
  type: string;
  entity: string;
  source(place: Place): string | null;
  target(place: Place): string | null;
  /** ATT&CK technique and its name. */
  techniques: readonly (readonly [string, string])[];
}

const outside = (place: Place): string => `203.0.113.${1 + (place.number % 250)}`;

/** Every kind of incident, from mild to bad and mixed as in life. */
export const cast: readonly Scene[] = [
  {
    host: "FIN-LT",
    title: (place) => `PowerShell download cradle on ${place.host}`,
    details: (place) =>
      `powershell.exe on ${place.host} fetched a script from ${outside(place)} and ran it in memory. The parent process was winword.exe.`,
    rule: "PowerShell download cradle",
    urgency: 76,
    category: "malicious-code",
    type: "malware",
    entity: "Finance",
    source: (place) => place.ip,
    target: outside,
    techniques: [
      ["T1059.001", "PowerShell"],
      ["T1105", "Ingress Tool Transfer"],
    ],
  },
  {
    host: "HR-LT",
    title: (place) => `Impossible travel for user${place.number % 40}@example.com`,
    details: (place) => `Signed in from Lyon and, 14 minutes later, from ${outside(place)} in another country, with the same account.`,
    rule: "Impossible travel",
    urgency: 55,
    category: "intrusions",
    type: "account-compromise",
    entity: "Human resources",
    source: outside,
    target: () => "login.example.com",
    techniques: [["T1078", "Valid Accounts"]],
  },
  {
    host: "FS",
    title: (place) => `Ransomware canary changed on ${place.host}`,
    details: (place) =>
      `Three canary files on ${place.host} were overwritten within two seconds, and shadow copies were deleted before that.`,
    rule: "Canary file modified",
    urgency: 97,
    category: "malicious-code",
    type: "ransomware",
    entity: "File services",
    source: (place) => place.ip,
    target: (place) => `${place.host.toLowerCase()}.example.com`,
    techniques: [
      ["T1486", "Data Encrypted for Impact"],
      ["T1490", "Inhibit System Recovery"],
    ],
  },
  {
    host: "VPN",
    title: (place) => `Password spraying against ${place.host}`,
    details: (place) => `${outside(place)} tried one password on 212 accounts in ten minutes; one attempt succeeded.`,
    rule: "Password spraying",
    urgency: 82,
    category: "intrusion-attempts",
    type: "brute-force",
    entity: "Perimeter",
    source: outside,
    target: () => "vpn.example.com",
    techniques: [["T1110.003", "Password Spraying"]],
  },
  {
    host: "DEV-WS",
    title: (place) => `DNS tunnelling from ${place.host}`,
    details: (place) => `${place.host} sent 4,100 TXT queries with long random labels below tunnel.example.net in five minutes.`,
    rule: "DNS tunnelling",
    urgency: 64,
    category: "information-gathering",
    type: "exfiltration",
    entity: "Engineering",
    source: (place) => place.ip,
    target: () => "tunnel.example.net",
    techniques: [
      ["T1071.004", "DNS"],
      ["T1048", "Exfiltration Over Alternative Protocol"],
    ],
  },
  {
    host: "DC",
    title: (place) => `Directory replication asked for by a workstation near ${place.host}`,
    details: (place) => `An account that is no domain controller asked ${place.host} to replicate secrets (DCSync) from ${place.ip}.`,
    rule: "DCSync",
    urgency: 91,
    category: "intrusions",
    type: "credential-access",
    entity: "Directory",
    source: (place) => place.ip,
    target: (place) => `${place.host.toLowerCase()}.example.com`,
    techniques: [["T1003.006", "DCSync"]],
  },
  {
    host: "WEB",
    title: (place) => `Scanner seen at ${place.host}`,
    details: (place) => `${outside(place)} asked for 380 paths that do not exist. Nothing was found.`,
    rule: "Web scanner",
    urgency: 22,
    category: "information-gathering",
    type: "scanner",
    entity: "Public web",
    source: outside,
    target: () => "www.example.com",
    techniques: [["T1595.003", "Wordlist Scanning"]],
  },
  {
    host: "LT",
    title: (place) => `New USB storage on ${place.host}`,
    details: (place) => `A USB drive that was never seen before was mounted on ${place.host}.`,
    rule: "Unknown USB storage",
    urgency: 6,
    category: "other",
    type: "policy",
    entity: "Workplace",
    source: (place) => place.ip,
    target: () => null,
    techniques: [["T1091", "Replication Through Removable Media"]],
  },
];
