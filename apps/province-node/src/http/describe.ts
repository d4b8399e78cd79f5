import { applyDecorators } from '@nestjs/common';
import { ApiBody, type ApiBodyOptions, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { errorSchema } from './schemas.js';

type OpenApiSchema = Extract<ApiBodyOptions, { schema: object }>['schema'];

/** Describes a route's JSON body by the schema that parses it. */
export function TakesJson(schema: z.ZodType): MethodDecorator {
  return ApiBody({ required: true, schema: openApi(schema, 'input') });
}

/** Describes a form with a picture and the fields that this schema parses. */
export function TakesPicture(fields: z.ZodObject): MethodDecorator {
  return TakesForm(['picture'], fields, ['picture']);
}

/**
 * Describes a form with files and the fields that this schema parses.
 * @param required those of the files that must be there
 */
export function TakesForm(
  files: readonly string[],
  fields: z.ZodObject,
  required: readonly string[] = [],
): MethodDecorator {
  const form = openApi(fields, 'input');
  const properties = 'properties' in form ? form.properties : {};
  const requiredFields = 'required' in form ? form.required : [];
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    ApiConsumes('multipart/form-data'),
    ApiBody({
      required: true,
      schema: {
        type: 'object',
        properties: { ...Object.fromEntries(files.map((name) => [name, file])), ...properties },
        required: [...required, ...(requiredFields ?? [])],
      },
    }),
  );
}

/** Describes a route's query by the schema that parses it. */
export function TakesQuery(schema: z.ZodObject): MethodDecorator {
  const described = openApi(schema, 'input');
  const properties = 'properties' in described ? described.properties : {};
  return applyDecorators(
    ...Object.entries(properties ?? {}).map(([name, property]) =>
      ApiQuery({ name, required: false, schema: property }),
    ),
  );
}

/** Describes what a route answers when it went well, and the form of every failure. */
export function Answers(status: number, description: string, schema: z.ZodType): MethodDecorator {
  return applyDecorators(ApiResponse({ status, description, schema: openApi(schema, 'output') }), MayFail());
}

/** Describes a route that answers with a file. */
export function AnswersFile(description: string): MethodDecorator {
  return applyDecorators(
    ApiResponse({ status: 200, description, schema: { type: 'string', format: 'binary' } }),
    MayFail(),
  );
}

function MayFail(): MethodDecorator {
  return ApiResponse({
    status: 'default',
    description: 'A failure',
    schema: openApi(errorSchema, 'output'),
  });
}

function openApi(schema: z.ZodType, io: 'input' | 'output'): OpenApiSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
  });
  // Zod writes OpenAPI 3.0 when told to; its type is that of JSON Schema in general.
  return described as OpenApiSchema;
}
