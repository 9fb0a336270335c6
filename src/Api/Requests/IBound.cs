using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>An argument bound from the request, or the problem that kept it from being bound.</summary>
public interface IBound
{
    Problem? Problem { get; }
}

/// <summary>Answers the first problem among an endpoint's arguments, in their order: what is not yours is said before what is wrong.</summary>
internal sealed class BoundFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is IBound { Problem: { } problem })
            {
                return ValueTask.FromResult<object?>(problem);
            }
        }

        return next(context);
    }
}
