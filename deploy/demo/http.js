'use strict';
// Everything the story does it does over HTTP, as any other program would.

/** A caller with one key; a refusal ends the story with the server's own words. */
function caller(url, key) {
  return async (method, route, body) => {
    const isFile = Buffer.isBuffer(body);
    const response = await fetch(url + route, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': isFile ? 'application/octet-stream' : 'application/json',
      },
      body: isFile ? body : body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${route} answered ${response.status}: ${text}`);
    }
    return text ? JSON.parse(text) : null;
  };
}

/** Days before today at a local time, so that the story is always recent; `offset` is the place's, hours from UTC. */
function daysAgo(days, time, offset) {
  const sign = offset < 0 ? '-' : '+';
  return `${dateIn(-days)}T${time}:00${sign}${String(Math.abs(offset)).padStart(2, '0')}:00`;
}

const dateIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

module.exports = { caller, daysAgo, dateIn };
