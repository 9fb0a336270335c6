using System;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Requests;

internal static class Results
{
    /// <summary>The grain's value as an answer, or its refusal as a problem.</summary>
    public static IResult Then<T>(this Result<T> result, Func<T, IResult> answer) =>
        result.Refusal is { } refusal ? Problem.From(refusal) : answer(result.Value!);
}
