// Which addresses out of an envelope may be called. These two are the only ones that any sender can make the relay call,
// so the rules are narrow: Amazon's own SNS hosts, nothing hidden in the address, and one path or action each.

/**
 * SNS has one host for each region. The endings are those of the public partitions, China and the European Sovereign
 * Cloud (boto/botocore: botocore/data/partitions.json). Elsewhere below them, customers have hosts of their own.
 */
const HOST = /^sns\.[a-z0-9-]{3,32}\.amazonaws\.(?:com|com\.cn|eu)$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/;

/** The address of the signing certificate, or undefined when it is not Amazon's. */
export function certificateAddress(text: string): string | undefined {
  const url = snsAddress(text);
  // With a query, the same host answers API calls with texts of the caller's choice.
  return url && CERTIFICATE_PATH.test(url.pathname) && url.search === "" ? url.href : undefined;
}

/** The address that confirms the subscription of this topic, or undefined when it does anything else. */
export function subscribeAddress(text: string, topicArn: string): string | undefined {
  const url = snsAddress(text);
  if (url?.pathname !== "/") return undefined;
  const only = (name: string): string | undefined => {
    const values = url.searchParams.getAll(name);
    return values.length === 1 ? values[0] : undefined;
  };
  const confirms = only("Action") === "ConfirmSubscription" && only("TopicArn") === topicArn && Boolean(only("Token"));
  return confirms ? url.href : undefined;
}

function snsAddress(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || !HOST.test(url.hostname)) return undefined;
  return url.port === "" && url.username === "" && url.password === "" && url.hash === "" ? url : undefined;
}
