using System;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Requests;

/// <summary>
/// A request that creates something, once per Idempotency-Key: a repeated one gets the stored answer; one that was cut short
/// is done again with the same id, so that it is completed and not doubled. Refusals are not remembered.
/// </summary>
public sealed class Creation : IBound
{
    private readonly HttpContext _context;
    private readonly string? _key;

    private Creation(HttpContext context, string? key, Problem? problem) => (_context, _key, Problem) = (context, key, problem);

    public Problem? Problem { get; }

    /// <summary>The key as it was sent; null without one.</summary>
    public string? Key => _key;

    public static ValueTask<Creation> BindAsync(HttpContext context, ParameterInfo _)
    {
        var (key, problem) = IdempotencyKey.Read(context.Request, required: false);
        return ValueTask.FromResult(new Creation(context, key, problem));
    }

    /// <param name="create">Creates under the given UUID.</param>
    /// <param name="stored">What to remember of an answer, where that is not all of it (a generated password is told once).</param>
    public Task<IResult> OnceAsync<T>(Body<T> body, Func<Guid, Task<IResult>> create, Func<Answer, Answer>? stored = null)
        where T : class => OnceAsync(body.Hash, create, stored);

    /// <inheritdoc cref="OnceAsync{T}"/>
    /// <param name="hash">Of method, path and body.</param>
    public async Task<IResult> OnceAsync(byte[] hash, Func<Guid, Task<IResult>> create, Func<Answer, Answer>? stored = null)
    {
        var now = _context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        if (_key is null)
        {
            return await create(Guid.CreateVersion7(now));
        }

        var keys = _context.RequestServices.GetRequiredService<IRequestKeys>();
        var owner = Caller.Of(_context).User.Id;
        var request = await keys.BeginAsync(owner, _key, hash, now, _context.RequestAborted);
        if (!request.BodyMatches)
        {
            return new Problem(ErrorCodes.KeyReused);
        }

        if (request.Answer is { } earlier)
        {
            return new Answer(earlier);
        }

        var result = await create(request.NewId);
        if (result is Answer answer)
        {
            // It has been created: the answer is stored even if the client has left meanwhile.
            await keys.CompleteAsync(owner, _key, (stored?.Invoke(answer) ?? answer).Stored, CancellationToken.None);
        }

        return result;
    }
}
