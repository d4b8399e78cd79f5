import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Clock, findProvince } from '#libs/registry';
import type { RpcFederationClient } from '#libs/rpc';
import type { z } from 'zod';
import { CLOCK, MEMBERS_CLIENT } from '../tokens.js';
import { Answers } from './describe.js';
import { membersSchema } from './schemas.js';

const BUDGET_MS = 5_000;

@ApiTags('members')
@ApiBearerAuth()
@Controller('api/v1/members')
export class MembersController {
  constructor(
    @Inject(MEMBERS_CLIENT) private readonly client: Pick<RpcFederationClient, 'describeMembers'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Answers(200, 'Every member of the directory and what it can answer now', membersSchema)
  async read(): Promise<z.infer<typeof membersSchema>> {
    const deadline = new Date(this.clock.now().getTime() + BUDGET_MS);
    const { epoch, members } = await this.client.describeMembers(deadline);
    return {
      epoch,
      members: members.map((member) => {
        const province = findProvince(member.province);
        return {
          ...member,
          nameZh: province?.nameZh ?? member.province,
          nameEn: province?.nameEn ?? member.province,
        };
      }),
    };
  }
}
