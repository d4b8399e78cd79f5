import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryError } from '#libs/registry';
import { PictureFolder } from './picture-folder.js';

let root: string;
let pictures: PictureFolder;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'weft-pictures-'));
  await mkdir(join(root, 'in', 'sub'), { recursive: true });
  await mkdir(join(root, 'in-beside'));
  await writeFile(join(root, 'secret.jpg'), 'secret');
  await writeFile(join(root, 'in-beside', 'secret.jpg'), 'secret');
  await writeFile(join(root, 'in', '花样 1.JPG'), 'one');
  await writeFile(join(root, 'in', 'sub', '2.png'), 'two');
  await symlink('sub/2.png', join(root, 'in', 'inside.png'));
  await symlink('../secret.jpg', join(root, 'in', 'outside.jpg'));
  await symlink('..', join(root, 'in', 'up'));
  await symlink('loop.png', join(root, 'in', 'loop.png'));
  execFileSync('mkfifo', [join(root, 'in', 'pipe.png')]);
  pictures = await PictureFolder.open(join(root, 'in'));
});

afterAll(() => rm(root, { recursive: true }));

describe('a folder of pictures', () => {
  it.each([
    ['花样 1.JPG', 'one'],
    ['花样 1.jpg', 'one'],
    ['sub/2.png', 'two'],
    ['sub/2.PNG', 'two'],
    ['sub\\2.png', 'two'],
    ['./sub/2.png', 'two'],
    ['inside.png', 'two'],
  ])('gives %s', async (name, content) => {
    expect((await pictures.load(name)).toString()).toBe(content);
  });

  it.each([
    ['3.png', 'is not in the folder'],
    ['sub/2.png/3.png', 'is not in the folder'],
    ['../secret.jpg', 'leads out'],
    ['sub/../../secret.jpg', 'leads out'],
    ['..\\secret.jpg', 'leads out'],
    ['/etc/passwd', 'leads out'],
    ['C:\\secret.jpg', 'leads out'],
    ['outside.jpg', 'leads out'],
    ['up/secret.jpg', 'leads out'],
    ['up/in-beside/secret.jpg', 'leads out'],
    ['', 'leads out'],
    ['sub', 'is no file'],
    ['pipe.png', 'is no file'],
    ['loop.png', 'cannot be opened'],
    ['a\0b.png', 'is no file name'],
    [`${'x'.repeat(300)}.png`, 'cannot be opened'],
    ['x'.repeat(2000), 'is no file name'],
  ])('refuses %j', async (name, problem) => {
    const refused = await pictures.load(name).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RegistryError);
    expect(refused).toMatchObject({ field: 'picture', problem: expect.stringContaining(problem) });
  });

  it('is named if it is none', async () => {
    await expect(PictureFolder.open(join(root, 'nowhere'))).rejects.toThrow('nowhere');
    await expect(PictureFolder.open(join(root, 'secret.jpg'))).rejects.toThrow('is no folder');
  });
});
