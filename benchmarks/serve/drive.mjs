// Drives a service over loopback and reads what it costs: requests as fast as callers can, or at a steady rate.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** Keep-alive connections; `destroy` it in the end. */
export const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Posts a JSON body; resolves to the bytes of the answer, and rejects where its status is not 200. */
export function post(url, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(Buffer.concat(parts)) : reject(new Error(`status ${answer.statusCode}`)),
      );
    });
    sent.end(body);
  });
}

/** `connections` callers ask one body after the other until the time is over; resolves to requests and seconds. */
export async function saturate(url, nextBody, { connections, seconds }) {
  const began = performance.now();
  let done = 0;
  const caller = async () => {
    while (performance.now() - began < seconds * 1000) {
      await post(url, nextBody());
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  return { done, seconds: (performance.now() - began) / 1000 };
}

/** Requests at a steady rate, whether or not earlier ones were answered; resolves to sorted latencies in milliseconds. */
export async function paced(url, nextBody, { perSecond, seconds }) {
  const latencies = [];
  const open = [];
  const began = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; sent < due; sent++) {
      const body = nextBody();
      const at = performance.now();
      open.push(post(url, body).then(() => latencies.push(performance.now() - at)));
    }
    await new Promise((turn) => setTimeout(turn, 1));
  }
  await Promise.all(open);
  return latencies.sort((a, b) => a - b);
}

/** Microseconds of processor time that these processes have used. */
export function processorTime(pids) {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10_000;
  }, 0);
}

/** A process and all that it started. */
export function familyOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => familyOf(Number(child))))];
}

/** Megabytes that a process holds. */
export function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** Processor time of the whole machine: all that is used, in microseconds. */
export function machineTime() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) * 10_000;
}
