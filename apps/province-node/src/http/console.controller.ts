import { randomBytes } from 'node:crypto';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { RegistryError } from '#libs/registry';
import type { Request, Response } from 'express';
import { type ConsoleFiles, NONCE_PLACE, readConsoleFiles } from './console-files.js';

/** The console: one page, which finds its way by the fragment of the address, and its files. */
@ApiExcludeController()
@Controller()
export class ConsoleController {
  private files: Promise<ConsoleFiles | undefined> | undefined;

  @Get()
  async page(@Res() response: Response): Promise<void> {
    const nonce = randomBytes(18).toString('base64');
    const { page } = await this.read();
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce));
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    response.type('text/html; charset=utf-8').send(page.replaceAll(NONCE_PLACE, nonce));
  }

  @Get('assets/:name')
  async asset(
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const asset = (await this.read()).assets.get(name);
    if (asset === undefined) {
      throw new RegistryError('NOT_FOUND', 'path', 'is no file of the console', 'load the page at / again');
    }
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Content-Type', asset.type);
    const gzipped = request.acceptsEncodings('gzip') === 'gzip';
    if (gzipped) response.setHeader('Content-Encoding', 'gzip');
    response.send(gzipped ? asset.gzipped : asset.bytes);
  }

  private async read(): Promise<ConsoleFiles> {
    this.files ??= readConsoleFiles();
    const files = await this.files;
    if (files === undefined) {
      this.files = undefined;
      throw new RegistryError(
        'NOT_FOUND',
        'path',
        'is the console, which is not built',
        'run "npm run build"',
      );
    }
    return files;
  }
}

/**
 * Scripts, fonts and calls of this node alone, and nothing inline. Ant Design writes its style sheets while it runs: those carry the
 * nonce of this one answer. Pictures come as blobs, after a call with the session's token.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
