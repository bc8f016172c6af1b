/** The end of a calendar day in a zone, as an instant. */
export function endOfDay(day: string, zone: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return atMidnight(year, month, date + 1, zone).toISOString();
}

/** The instant at which a calendar day begins in a zone. The offset is looked up twice: it may change that night. */
export function startOfDay(day: string, zone: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return atMidnight(year, month, date, zone).toISOString();
}

function atMidnight(year: number, month: number, date: number, zone: string): Date {
  const wall = Date.UTC(year, month - 1, date);
  const first = wall - offsetMs(new Date(wall), zone);
  return new Date(wall - offsetMs(new Date(first), zone));
}

function offsetMs(at: Date, zone: string): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(
    part["year"] ?? 0,
    (part["month"] ?? 1) - 1,
    part["day"] ?? 1,
    part["hour"] ?? 0,
    part["minute"] ?? 0,
    part["second"] ?? 0,
  );
  return shown - Math.floor(at.getTime() / 1000) * 1000;
}
