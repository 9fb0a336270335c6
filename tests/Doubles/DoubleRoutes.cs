using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace PrizeDraw.Doubles;

/// <summary>What a double answers to. A literal segment goes before a parameter.</summary>
public sealed class DoubleRoutes
{
    private readonly List<Route> _routes = [];

    /// <summary>The names of all operations.</summary>
    public IReadOnlyList<string> Operations => [.. _routes.Select(r => r.Operation)];

    /// <summary>
    /// A route such as <c>/repos/{owner}/{repo}</c>. The operation is what fault scripts name it by. Handlers run one at a time.
    /// </summary>
    public void On(string method, string path, string operation, Func<DoubleRequest, Task<DoubleAnswer>> handle) =>
        _routes.Add(new Route(method, path, operation, true, handle));

    /// <inheritdoc cref="On(string, string, string, Func{DoubleRequest, Task{DoubleAnswer}})"/>
    public void On(string method, string path, string operation, Func<DoubleRequest, DoubleAnswer> handle) =>
        On(method, path, operation, request => Task.FromResult(handle(request)));

    /// <summary>
    /// A route that the provider's document leaves out: neither request nor answer is held against it. <paramref name="reason"/> says where it is from.
    /// </summary>
    public void OnUndescribed(string method, string path, string operation, string reason, Func<DoubleRequest, DoubleAnswer> handle)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _routes.Add(new Route(method, path, operation, false, request => Task.FromResult(handle(request))));
    }

    internal (Route Route, IReadOnlyDictionary<string, string> Values)? Find(string method, string path) => _routes
        .Where(r => r.Method == method && r.Pattern.IsMatch(path)).OrderBy(r => r.Path.Count(c => c == '{'))
        .Select(r => ((Route, IReadOnlyDictionary<string, string>)?)(r, r.Read(path))).FirstOrDefault();

    internal sealed record Route(string Method, string Path, string Operation, bool IsDescribed, Func<DoubleRequest, Task<DoubleAnswer>> Handle)
    {
        public Regex Pattern { get; } =
            new("^" + Regex.Replace(Regex.Escape(Path), @"\\\{([^}]+)}", "(?<$1>[^/]+)") + "$", RegexOptions.CultureInvariant);

        public IReadOnlyDictionary<string, string> Read(string path) =>
            Pattern.Match(path).Groups.Values.Skip(1).ToImmutableDictionary(g => g.Name, g => Uri.UnescapeDataString(g.Value));
    }
}
