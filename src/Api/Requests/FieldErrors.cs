using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>What is wrong with a body, by field path (<c>pools[0].prizes[1].name</c>).</summary>
internal sealed class FieldErrors
{
    private const int ErrorsMax = 50;
    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);
    private readonly List<string> _unknown = [];

    public void Add(string path, string message)
    {
        var field = path.Length == 0 ? "body" : path;
        if (!_errors.TryGetValue(field, out var messages) && _errors.Count < ErrorsMax)
        {
            _errors[field] = messages = [];
        }

        messages?.Add(message);
    }

    public void AddUnknown(string path)
    {
        _unknown.Add(path);
        Add(path, "is not a field of this request.");
    }

    public Problem? ToProblem() => _errors.Count == 0 ? null : new Problem(
        _unknown.Count > 0 ? ErrorCodes.UnknownField : ErrorCodes.InvalidField,
        _unknown.Count > 0 ? $"This request has no field '{_unknown[0]}'." : $"{_errors.First().Key} {_errors.First().Value[0]}",
        _errors.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal));
}
