using System;
using System.IO;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Timestamps;

public sealed class Naming_an_authority
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("none")]
    public void is_not_needed(string? url) => TimestampOptions.Parse(url).IsConfigured.ShouldBeFalse();

    [Fact]
    public void takes_user_and_address_apart()
    {
        var options = TimestampOptions.Parse("https://ann%40example.com@authority.example/tsr?profile=1", null, "secret");
        (options.Url, options.BasicUser, options.BasicPassword)
            .ShouldBe((new Uri("https://authority.example/tsr?profile=1"), "ann@example.com", "secret"));
        TimestampOptions.Parse("http://authority.example/").BasicUser.ShouldBeNull("plain http without a password is common, and harmless");
    }

    [Theory]
    [InlineData("authority", null, "address")]
    [InlineData("ftp://authority.example", null, "http")]
    [InlineData("https://ann:secret@authority.example", null, "PLATFORM_TIMESTAMPS_PASSWORD")]
    [InlineData("https://ann@authority.example", null, "PLATFORM_TIMESTAMPS_PASSWORD")]
    [InlineData("http://ann@authority.example", "secret", "https")]
    public void says_what_is_wrong(string url, string? password, string told)
    {
        var message = Should.Throw<ArgumentException>(() => TimestampOptions.Parse(url, null, password)).Message;
        message.ShouldContain(told);
        message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData(null)]
    public void refuses_a_file_that_holds_no_certificates(string? text)
    {
        using var folder = new TempFolder();
        if (text is not null)
        {
            File.WriteAllText(folder["trust.pem"], text);
        }

        Should.Throw<ArgumentException>(() => TimestampOptions.Parse("https://authority.example", folder["trust.pem"]))
            .Message.ShouldContain("trust.pem");
    }
}
