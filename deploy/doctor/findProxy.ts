/** The proxy that the environment names for an address, as curl and Node read it. */
export function findProxy(url: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()];
  const proxy = read(`${url.protocol.slice(0, -1)}_proxy`) ?? read('all_proxy');
  if (!proxy || isExcepted(url, read('no_proxy') ?? '')) return undefined;
  return URL.parse(proxy.includes('://') ? proxy : `http://${proxy}`) ?? undefined;
}

function isExcepted({ hostname, host }: URL, exceptions: string): boolean {
  return exceptions.split(/[\s,]+/).some((exception) => {
    const suffix = exception.replace(/^\*?\.?/, '');
    if (exception === '*') return true;
    return suffix !== '' && [hostname, host].some((name) => name === suffix || name.endsWith(`.${suffix}`));
  });
}
