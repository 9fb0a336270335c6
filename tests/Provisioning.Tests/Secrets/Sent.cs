using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.TestKit;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>
/// What was sent to others, in pieces so small that a secret has its place in few of them: a token in the Authorization header of its own
/// provider, the password of a database's owner in the one field that sets it, for the project that it is of; nothing in an address.
/// </summary>
internal static class Sent
{
    public const string GitHubToken = "GitHub's token", SupabaseToken = "Supabase's token", VercelToken = "Vercel's token";
    public const string StampPassword = "the time-stamp authority's password";
    public const string AppsToken = "the installation's token", AppsCredential = "the app's own credential", AppsPath = "/app/";

    /// <summary>Requests to the providers.</summary>
    public static IEnumerable<Piece> ToProviders(SecretScene scene) =>
    [
        .. scene.Supabase.Requests.SelectMany(r => Supabase(scene.Supabase, r)),
        .. scene.GitHub.Requests.SelectMany(r =>
            Pieces("GitHub", r, r.Body, r.Path.StartsWith(AppsPath, StringComparison.Ordinal) ? [AppsCredential] : [GitHubToken, AppsToken])),
        .. scene.Vercel.Requests.SelectMany(r => Pieces("Vercel", r, r.Body, [VercelToken])),
    ];

    /// <summary>Requests to a server of the test's own. Authorization is for this secret, if for any.</summary>
    public static IEnumerable<Piece> To(string whom, IEnumerable<Received> requests, params string[] authorization) => requests.SelectMany(r => (Piece[])
    [
        new($"{whom}'s address", $"{r.Path}\n{Uri.UnescapeDataString(r.Path)}"),
        .. r.Headers.Select(h => Header(whom, h.Key, h.Value.ToString(), authorization)),
        new($"{whom}'s body", Encoding.Latin1.GetString(r.Body)),
    ]);

    /// <summary>What the platform gave to projects as their owners' passwords, by name of the secret.</summary>
    public static IEnumerable<(string Name, string Secret)> OwnerPasswords(SupabaseDouble supabase) => supabase.Requests
        .Select(r => (Field: PasswordField(r), Project: ProjectOf(supabase, r), r.Body))
        .Where(r => r is { Field: not null, Project: not null })
        .Select(r => (OwnerOf(r.Project!), (string)r.Body![r.Field!]!));

    private static string OwnerOf(string project) => $"the password of the owner of {project}";

    private static IEnumerable<Piece> Supabase(SupabaseDouble supabase, SeenRequest request)
    {
        if (PasswordField(request) is not { } field)
        {
            return Pieces("Supabase", request, request.Body, [SupabaseToken]);
        }

        var rest = request.Body!.DeepClone().AsObject();
        rest.Remove(field);
        string[] home = ProjectOf(supabase, request) is { } project ? [OwnerOf(project)] : [];
        return Pieces("Supabase", request, rest, [SupabaseToken]).Append(new Piece($"Supabase's {field} of {request.Operation}", (string)request.Body[field]!, home));
    }

    private static string? PasswordField(SeenRequest request) => request.Operation switch
    {
        "supabase.create" when request.Body?["db_pass"] is not null => "db_pass",
        "supabase.password" when request.Body?["password"] is not null => "password",
        _ => null,
    };

    /// <summary>The name of the project that a password is for; null where there is none such any more.</summary>
    private static string? ProjectOf(SupabaseDouble supabase, SeenRequest request) => request.Operation == "supabase.create"
        ? (string?)request.Body?["name"]
        : supabase.Projects.FirstOrDefault(p => request.Path.Split('/').Contains(p.Ref))?.Name;

    private static IEnumerable<Piece> Pieces(string provider, SeenRequest request, JsonNode? body, string[] authorization) =>
    [
        new($"{provider}'s address of {request.Operation}", $"{request.Path}{request.Query}\n{Uri.UnescapeDataString(request.Path + request.Query)}"),
        .. request.Headers.Select(h => Header(provider, h.Key, h.Value, authorization)),
        new($"{provider}'s body of {request.Operation}", body?.ToJsonString() ?? ""),
    ];

    private static Piece Header(string whom, string name, string value, string[] authorization) =>
        new($"{whom}'s header {name}", value, name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? authorization : []);
}
