import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { isUnderstood, partiesOf, type Directory } from '#libs/federation-log';
import type { z } from 'zod';
import type { NodeOperation } from '../operation/node-operation.js';
import type { Readiness } from '../readiness.js';
import { DIRECTORY, OPERATION, READINESS } from '../tokens.js';
import { Answers } from './describe.js';
import { nodeStateSchema } from './schemas.js';

@ApiTags('operation')
@ApiBearerAuth()
@Controller('api/v1/node-state')
export class NodeStateController {
  constructor(
    @Inject(OPERATION) private readonly operation: Pick<NodeOperation, 'look'>,
    @Inject(READINESS) private readonly readiness: Pick<Readiness, 'look'>,
    @Inject(DIRECTORY) private readonly directory: Directory,
  ) {}

  @Get()
  @Answers(
    200,
    'What an operator looks after: versions, queue, disk, and when certificate and keys end',
    nodeStateSchema,
  )
  async read(): Promise<z.infer<typeof nodeStateSchema>> {
    const [operation, { reasons, versions, log, revocations }] = await Promise.all([
      this.operation.look(),
      this.readiness.look(),
    ]);
    const { epoch, issuedAt, calibration, nextCalibration } = this.directory;
    return {
      ...operation,
      reasons: [...reasons],
      ...versions,
      log: log ? { size: log.size, phase: log.phase } : null,
      revocations: revocations ?? null,
      directory: {
        epoch,
        issuedAt,
        modelDigest: calibration.modelDigest,
        nextModelDigest: nextCalibration?.modelDigest ?? null,
        keys: keysOf(this.directory),
      },
    };
  }
}

/** Every key of every party that this program verifies by, and when it ends. */
function keysOf(directory: Directory) {
  return partiesOf(directory).flatMap(({ party, keys }) =>
    keys.filter(isUnderstood).map(({ kid, use, notAfter, revoked }) => ({
      party,
      kid,
      use: use ?? ('statement' as const),
      notAfter: notAfter ?? null,
      revoked: revoked !== undefined,
    })),
  );
}
