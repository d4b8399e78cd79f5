import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  MAX_QUERIES_PER_CALL,
  RegistryError,
  Turns,
  answerQuestions,
  type AnswerDependencies,
  type MemberAnswer,
  type ServedVersion,
} from '#libs/registry';
import { reasonToWire, type DescribeIndexResponse, type SearchRequest, type SearchResponse } from '#libs/rpc';
import { ANSWER_DEPENDENCIES } from './answer-dependencies.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Calls that may wait for the index at once: as many as the coordinator's one connection carries. */
const MOST_CALLS = 128;
/** Whoever calls: this line has no places to wait. */
const ANYONE = '';

@Controller()
@UseFilters(RpcErrorFilter)
export class SimilarityController {
  private readonly calls = new Turns({
    field: 'queries',
    atOnce: MOST_CALLS,
    waitingEach: 0,
    monotonic: () => performance.now(),
  });

  constructor(@Inject(ANSWER_DEPENDENCIES) private readonly deps: AnswerDependencies) {}

  @GrpcMethod('SimilarityService', 'search')
  async search({ queries }: SearchRequest): Promise<SearchResponse> {
    if (queries.length === 0 || queries.length > MAX_QUERIES_PER_CALL) {
      throw new RegistryError(
        'INVALID_INPUT',
        'queries',
        `has ${queries.length} queries`,
        `send 1 to ${MAX_QUERIES_PER_CALL} in a call`,
      );
    }
    const answers = await this.calls.run(ANYONE, Infinity, () => answerQuestions(this.deps, queries));
    return { results: answers.map((answer) => ({ result: resultToWire(answer) })) };
  }

  @GrpcMethod('SimilarityService', 'describeIndex')
  async describeIndex(): Promise<DescribeIndexResponse> {
    const { province, directory, indexes } = this.deps;
    const states = await this.calls.run(ANYONE, Infinity, () =>
      Promise.all(indexes.map((index) => index.state())),
    );
    const inForce = states.find((one) => one.modelDigest === directory.calibration.modelDigest) ?? states[0];
    if (!inForce) throw new Error('no version is served');
    return {
      province,
      ...wireVersion(inForce),
      position: String(inForce.position),
      registryPosition: String(inForce.registryPosition),
      epoch: String(directory.epoch),
      served: states.map(wireVersion),
    };
  }
}

function resultToWire(answer: MemberAnswer): SearchResponse['results'][number]['result'] {
  if ('answerJws' in answer) return { $case: 'answerJws', value: answer.answerJws };
  const { reason, message: detail, retryAfterMs = 0 } = answer.refused;
  return { $case: 'refusal', value: { reason: reasonToWire(reason), detail, retryAfterMs } };
}

function wireVersion({ modelDigest, searched, declared }: ServedVersion) {
  return { modelDigest, searched: String(searched), declared: String(declared) };
}
