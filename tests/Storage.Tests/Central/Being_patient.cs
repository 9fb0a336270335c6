using PrizeDraw.Storage.Central;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

public sealed class Being_patient
{
    [Theory]
    [InlineData("Host=db", 5, 15)]
    [InlineData("Host=db;Timeout=60", 60, 15)]
    [InlineData("Host=db;Command Timeout=40", 5, 40)]
    [InlineData("Host=db;CommandTimeout=40;timeout=0", 0, 40)]
    [InlineData("Host=db;Timeout=15;Command Timeout=30", 15, 30)] // What Npgsql would take by itself, but somebody's word here.
    public void lasts_for_seconds_where_the_connection_string_names_no_other_time(string given, int connect, int statement) =>
        ConnectionTimes.Of(given).ShouldBe(new ConnectionTimes(connect, statement));
}
