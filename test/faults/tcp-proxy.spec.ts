import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { TcpProxy } from './tcp-proxy.js';

const MESSAGE = Buffer.from('经纬'.repeat(500));

let far: Server;
let taken: Socket[];
let proxy: TcpProxy;
const opened: Socket[] = [];

beforeEach(async () => {
  taken = [];
  far = createServer((socket) => {
    taken.push(socket);
    socket.on('error', () => undefined).on('data', (bytes) => socket.write(bytes));
  });
  await once(far.listen(0, '127.0.0.1'), 'listening');
  proxy = await TcpProxy.start((far.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await proxy.close();
  for (const socket of taken) socket.destroy();
  far.close();
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What comes back, until it is as much, the connection ends, or the time is over. */
async function echoed(socket: Socket, message = MESSAGE, ms = 5_000): Promise<Buffer> {
  const got: Buffer[] = [];
  let length = 0;
  const done = new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      got.push(bytes);
      if ((length += bytes.length) >= message.length) resolve();
    });
    socket.once('close', () => resolve()).once('error', () => undefined);
  });
  socket.write(message);
  await Promise.race([done, pause(ms, undefined, { ref: false })]);
  socket.removeAllListeners('data');
  return Buffer.concat(got);
}

async function took<T>(work: () => Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  return [await work(), performance.now() - from];
}

describe('a TCP proxy', () => {
  it('passes everything on both ways', async () => {
    expect(await echoed(await dial())).toEqual(MESSAGE);
  });

  it('delays each piece, and keeps their order', async () => {
    await proxy.suffer({ kind: 'latency', ms: 60, jitterMs: 40 });
    const socket = await dial();
    const [back, ms] = await took(() => echoed(socket));
    expect(back).toEqual(MESSAGE);
    expect(ms).toBeGreaterThanOrEqual(119);
  });

  it('passes on slowly, or in slices, without loss', async () => {
    await proxy.suffer({ kind: 'bandwidth', bytesPerSecond: 20_000 });
    const [slow, ms] = await took(async () => echoed(await dial()));
    expect(slow).toEqual(MESSAGE);
    expect(ms).toBeGreaterThanOrEqual(140);
    await proxy.suffer({ kind: 'slicing', bytes: 64, ms: 1 });
    expect(await echoed(await dial())).toEqual(MESSAGE);
  });

  it('holds what it is given in a black hole, and lets it go when that ends', async () => {
    const socket = await dial();
    await proxy.suffer({ kind: 'black-hole' });
    expect(await echoed(socket, MESSAGE, 100)).toHaveLength(0);
    const held: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => held.push(bytes));
    await proxy.heal();
    while (Buffer.concat(held).length < MESSAGE.length) await once(socket, 'data');
    expect(Buffer.concat(held)).toEqual(MESSAGE);
  });

  it('refuses while it is cut, and takes connections on the same port again', async () => {
    const before = await dial();
    const ended = once(before, 'close');
    await proxy.suffer({ kind: 'cut' });
    await ended;
    const [error] = (await once(connect(proxy.port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await proxy.heal();
    expect(await echoed(await dial())).toEqual(MESSAGE);
  });

  it('resets what is there and what comes', async () => {
    const before = await dial();
    const [error] = (await Promise.all([once(before, 'error'), proxy.suffer({ kind: 'reset' })]))[0] as [
      NodeJS.ErrnoException,
    ];
    expect(error.code).toBe('ECONNRESET');
    const [next] = (await once(connect(proxy.port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(next.code).toBe('ECONNRESET');
  });

  it('tells late that the far side has ended', async () => {
    const socket = await dial();
    expect(await echoed(socket)).toEqual(MESSAGE);
    socket.resume();
    const ended = once(socket, 'close');
    const [, ms] = await took(async () => {
      await proxy.suffer({ kind: 'slow-close', ms: 150 });
      await ended;
    });
    expect(ms).toBeGreaterThanOrEqual(149);
    expect(await echoed(await dial())).toEqual(MESSAGE);
  });

  it('ends a connection after so many bytes of the far side', async () => {
    await proxy.suffer({ kind: 'truncation', bytes: 700 });
    const back = await echoed(await dial());
    expect(back).toEqual(MESSAGE.subarray(0, 700));
  });

  it('acts when a connection has sent so much, before anything of that comes back', async () => {
    const socket = await dial();
    proxy.onceSent(MESSAGE.length, () => void proxy.suffer({ kind: 'truncation', bytes: 10 }));
    expect(await echoed(socket)).toHaveLength(10);
  });

  it('passes new connections on to another target', async () => {
    const other = createServer((socket) => socket.on('error', () => undefined).end('other'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const before = await dial();
    const ended = once(before, 'close');
    proxy.retarget((other.address() as AddressInfo).port);
    await ended;
    expect((await echoed(await dial())).toString()).toBe('other');
    other.close();
  });
});
