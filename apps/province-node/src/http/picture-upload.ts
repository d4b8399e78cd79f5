import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  mixin,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { FileFieldsInterceptor, FileInterceptor } from '@nestjs/platform-express';
import { RegistryError } from '#libs/registry';
import type { Request } from 'express';
import type {} from 'multer';
import { finalize, type Observable } from 'rxjs';

/** Most bytes of one picture file. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/** Most pictures that are taken in at once: with their size, the bound on memory. */
const MAX_UPLOADS = 16;

/** Most comparisons at once, of two pictures each. */
const MAX_COMPARISONS = 4;

/** Refuses a request while too many others bring pictures; runs after the access guard and before the body is read. */
function slotsFor(most: number): Type<NestInterceptor> {
  @Injectable()
  class Slots implements NestInterceptor {
    private taken = 0;

    intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
      if (this.taken >= most) {
        throw new RegistryError(
          'TOO_MANY',
          'picture',
          'arrives while many others are being taken in',
          'send it again in a second',
        );
      }
      this.taken += 1;
      return next.handle().pipe(finalize(() => (this.taken -= 1)));
    }
  }
  return mixin(Slots);
}

/** Most deposit copies that are drawn for a screen at once. */
const MAX_SHOWN = 24;

/** For routes that take one picture. */
export const UploadSlots = slotsFor(MAX_UPLOADS);
/** For the route that compares two. */
const ComparisonSlots = slotsFor(MAX_COMPARISONS);

/** For the route that shows one. */
export const ShowSlots = slotsFor(MAX_SHOWN);

const FORM_LIMITS = {
  fileSize: MAX_PICTURE_BYTES,
  fields: 16,
  fieldSize: 4_096,
  fieldNameSize: 64,
  headerPairs: 16,
} as const;

/** A route that takes a form with one file, `picture`, and a few short fields. */
export function PictureForm(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    UseInterceptors(
      UploadSlots,
      FileInterceptor('picture', { limits: { ...FORM_LIMITS, files: 1, parts: 18 } }),
    ),
  );
}

/** A route that takes a form with up to two files, `picture` and `other`, and a few short fields. */
export function TwoPicturesForm(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    UseInterceptors(
      ComparisonSlots,
      FileFieldsInterceptor(
        [
          { name: 'picture', maxCount: 1 },
          { name: 'other', maxCount: 1 },
        ],
        { limits: { ...FORM_LIMITS, files: 2, parts: 19 } },
      ),
    ),
  );
}

/** The pictures of a form that are there. */
export interface TwoPictures {
  readonly picture: Uint8Array | undefined;
  readonly other: Uint8Array | undefined;
}

/** Whichever of the two pictures the form has. */
export const FormPictures = createParamDecorator((_: unknown, context: ExecutionContext): TwoPictures => {
  const { files } = context.switchToHttp().getRequest<Request>();
  const fileOf = (name: string): Uint8Array | undefined =>
    files === undefined || Array.isArray(files) ? undefined : files[name]?.[0]?.buffer;
  return { picture: fileOf('picture'), other: fileOf('other') };
});

/** The picture of a form. @throws RegistryError INVALID_INPUT, field "picture", if there is none */
export const FormPicture = createParamDecorator((_: unknown, context: ExecutionContext): Uint8Array => {
  const { file } = context.switchToHttp().getRequest<Request>();
  if (file === undefined) {
    throw new RegistryError(
      'INVALID_INPUT',
      'picture',
      'is missing',
      'send a form (multipart/form-data) with the picture file in the field "picture"',
    );
  }
  return file.buffer;
});

/**
 * Reads a request's body as a picture file.
 * @throws RegistryError INVALID_INPUT, field "picture", for a body over 64 MiB or one that breaks off
 */
export async function readPicture(request: Request): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_PICTURE_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The connection has to outlive a refusal, or its sender would never read it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_PICTURE_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new RegistryError('INVALID_INPUT', 'picture', 'broke off', 'send it again', { cause });
  }
  if (size > MAX_PICTURE_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): RegistryError {
  return new RegistryError(
    'INVALID_INPUT',
    'picture',
    'is larger than 64 MiB',
    'save it smaller: 2,000 pixels a side are plenty',
  );
}
