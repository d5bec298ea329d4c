const DIRECTIVE = /,"_aws":\{"Timestamp":\d+,"CloudWatchMetrics":\[.*\]\}(?=\}$)/;

/** A line of a plugin for people: what only tells CloudWatch which of its fields are metrics is left out. */
export const withoutDirective = (line: string): string => line.replace(DIRECTIVE, '');
