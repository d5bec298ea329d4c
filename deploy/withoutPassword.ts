/** An address as it may be shown: without the user and password that it may begin with, also where it is none. */
export const withoutPassword = (address: string): string => address.replace(/^(.*?\/\/)?.*@/s, '$1…@');
