using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Engine.Conformance.Grains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

public sealed class Call_filters(EngineDatabases databases) : EngineSpec(databases)
{
    protected override EngineSettings Settings => new()
    {
        Services = services => services
            .AddSingleton<IIncomingGrainCallFilter, Outer>()
            .AddSingleton<IIncomingGrainCallFilter, Inner>()
            .AddSingleton<IOutgoingGrainCallFilter, Leaving>(),
    };

    [Fact]
    public async Task run_in_order_around_the_call_and_see_it()
    {
        var key = NewKey();
        (await Host.Grain<IRelay>(key).AddAsync(1, 2)).ShouldBe(3);

        Signals.All.ShouldBe(
        [
            "leaving AddAsync",
            $"outer AddAsync relay/{key} 1 RelayGrain",
            "inner",
            "inner done 3",
            "outer done",
            "left 3",
        ]);
    }

    [Fact]
    public async Task may_change_the_arguments_and_the_result() => (await Host.Grain<IRelay>(NewKey()).AddAsync(1000, 1)).ShouldBe(43);

    [Fact]
    public async Task may_turn_an_exception_into_another()
    {
        (await Should.ThrowAsync<InvalidOperationException>(() => Host.Grain<IRelay>(NewKey()).RefuseAsync()))
            .InnerException.ShouldBeOfType<RefusedException>();
    }

    [Fact]
    public async Task may_put_values_into_the_request_context() =>
        (await Host.Grain<IRelay>(NewKey()).ReadAsync("from-filter")).ShouldBe("yes");

    private sealed class Outer(Signals signals) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is not RelayGrain)
            {
                await context.Invoke();
                return;
            }

            var first = context.Request.GetArgumentCount() > 0 ? context.Request.GetArgument(0) : "";
            signals.Note($"outer {context.MethodName} {context.TargetId} {first} {context.ImplementationMethod.DeclaringType!.Name}");
            try
            {
                await context.Invoke();
            }
            catch (RefusedException exception)
            {
                throw new InvalidOperationException("refused by the grain", exception);
            }

            signals.Note("outer done");
        }
    }

    private sealed class Inner(Signals signals) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is not RelayGrain)
            {
                await context.Invoke();
                return;
            }

            signals.Note("inner");
            if (context.MethodName == nameof(IRelay.AddAsync) && context.Request.GetArgument(0) is 1000)
            {
                context.Request.SetArgument(0, 41);
                await context.Invoke();
                context.Result = (int)context.Result! + 1;
                return;
            }

            await context.Invoke();
            signals.Note($"inner done {context.Result}");
        }
    }

    private sealed class Leaving(Signals signals) : IOutgoingGrainCallFilter
    {
        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType != typeof(IRelay))
            {
                await context.Invoke();
                return;
            }

            signals.Note($"leaving {context.MethodName}");
            RequestContext.Set("from-filter", "yes");
            await context.Invoke();
            signals.Note($"left {(context.Response?.Exception is null ? context.Result : "failed")}");
        }
    }
}

public sealed class The_request_context(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task travels_to_the_grain_and_to_those_that_it_calls()
    {
        var grain = Host.Grain<IRelay>(NewKey());
        RequestContext.Set("actor", "usr_1");

        (await grain.ReadAsync("actor")).ShouldBe("usr_1");
        (await grain.ReadBeyondAsync("actor")).ShouldBe("usr_1");
    }

    [Fact]
    public async Task does_not_travel_back_nor_stay_behind()
    {
        var grain = Host.Grain<IRelay>(NewKey());
        await grain.SetAsync("actor", "usr_2");

        RequestContext.Get("actor").ShouldBeNull();
        (await grain.ReadAsync("actor")).ShouldBeNull();
    }
}
