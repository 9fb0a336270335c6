using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Api.Tests.Identity;

/// <summary>What is stored of an API key's secret, written out once more.</summary>
internal static class ApiKeySignInProbe
{
    public static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret))).ToLowerInvariant();
}
