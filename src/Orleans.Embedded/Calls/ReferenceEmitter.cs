using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime
{
    /// <summary>
    /// Generates, per grain interface, a reference class and one call class per method, so that calls need no reflection.
    /// </summary>
    internal static class ReferenceEmitter
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        private static readonly Type[] ConstructorTypes = [typeof(EmbeddedRuntime), typeof(GrainId), typeof(GrainInterface)];

        internal static Func<EmbeddedRuntime, GrainId, GrainInterface, Activation?, GrainReference> Emit(GrainInterface source)
        {
            var module = DefineModule(source);
            var type = module.DefineType(
                $"Orleans.Embedded.References.{source.Type.Name}", TypeAttributes.Class | TypeAttributes.Sealed | TypeAttributes.Public,
                typeof(GrainReference), [source.Type, .. source.Type.GetInterfaces()]);
            EmitConstructor(type);
            for (var i = 0; i < source.Methods.Length; i++)
            {
                var call = EmitCall(module, source.Methods[i], i);
                EmitMethod(type, source.Methods[i], i, call);
            }

            var create = (Func<EmbeddedRuntime, GrainId, GrainInterface, GrainReference>)EmitFactory(type.CreateType());
            var pinned = typeof(GrainReference).GetField("<Pinned>k__BackingField", Any)!;
            return (runtime, id, @interface, activation) =>
            {
                var reference = create(runtime, id, @interface);
                if (activation is not null)
                {
                    pinned.SetValue(reference, activation);
                }

                return reference;
            };
        }

        private static ModuleBuilder DefineModule(GrainInterface source)
        {
            var assembly = AssemblyBuilder.DefineDynamicAssembly(
                new AssemblyName($"Orleans.Embedded.References.{source.Type.FullName}"), AssemblyBuilderAccess.Run);

            // Interfaces and the engine's own classes may be internal.
            var constructor = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
            foreach (var name in AssembliesOf(source).Select(a => a.GetName().Name!).Distinct(StringComparer.Ordinal))
            {
                assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [name]));
            }

            return assembly.DefineDynamicModule("references");
        }

        private static IEnumerable<Assembly> AssembliesOf(GrainInterface source) =>
            source.Methods.SelectMany(m => m.Parameters.Select(p => p.ParameterType).Append(m.Method.ReturnType))
                .SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t) : [t])
                .Concat(source.Type.GetInterfaces())
                .Append(source.Type)
                .Append(typeof(GrainReference))
                .Select(t => t.Assembly);

        private static void EmitConstructor(TypeBuilder type)
        {
            var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, ConstructorTypes).GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Any, ConstructorTypes)!);
            il.Emit(OpCodes.Ret);
        }

        private static Delegate EmitFactory(Type type)
        {
            var factory = new DynamicMethod("create", typeof(GrainReference), ConstructorTypes, typeof(ReferenceEmitter).Module, skipVisibility: true);
            var il = factory.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Newobj, type.GetConstructor(ConstructorTypes)!);
            il.Emit(OpCodes.Ret);
            return factory.CreateDelegate(typeof(Func<EmbeddedRuntime, GrainId, GrainInterface, GrainReference>));
        }

        /// <summary>A subclass of <see cref="GrainCall{T}"/> with a field per argument.</summary>
        private static ConstructorInfo EmitCall(ModuleBuilder module, GrainMethod method, int index)
        {
            var result = GrainInterface.ResultType(method.Method);
            var parent = result is null ? typeof(GrainCallVoid) : typeof(GrainCall<>).MakeGenericType(result);
            var type = module.DefineType(
                $"Orleans.Embedded.Calls.{method.Method.Name}{index}", TypeAttributes.Class | TypeAttributes.Sealed | TypeAttributes.Public, parent);
            var fields = method.Parameters.Select((p, i) => type.DefineField("Arg" + i, p.ParameterType, FieldAttributes.Public)).ToArray();
            EmitCallConstructor(type, parent, fields);
            EmitInvoke(type, parent, method, fields);
            method.CallType = type.CreateType();
            return method.CallType.GetConstructors().Single();
        }

        private static void EmitCallConstructor(TypeBuilder type, Type parent, FieldBuilder[] fields)
        {
            var il = type.DefineConstructor(
                MethodAttributes.Public, CallingConventions.Standard, [typeof(GrainMethod), .. fields.Select(f => f.FieldType)]).GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, parent.GetConstructor(Any, [typeof(GrainMethod)])!);
            for (var i = 0; i < fields.Length; i++)
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldarg, i + 2);
                il.Emit(OpCodes.Stfld, fields[i]);
            }

            il.Emit(OpCodes.Ret);
        }

        private static void EmitInvoke(TypeBuilder type, Type parent, GrainMethod method, FieldBuilder[] fields)
        {
            var overridden = parent.GetMethod("InvokeAsync", Any, [typeof(object)])!;
            var invoke = type.DefineMethod(
                overridden.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, overridden.ReturnType, [typeof(object)]);
            var il = invoke.GetILGenerator();
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Castclass, method.Method.DeclaringType!);
            for (var i = 0; i < fields.Length; i++)
            {
                il.Emit(OpCodes.Ldarg_0);
                if (i == method.TokenParameter)
                {
                    il.Emit(OpCodes.Call, typeof(GrainCall).GetProperty(nameof(GrainCall.GrainToken))!.GetMethod!);
                }
                else
                {
                    il.Emit(OpCodes.Ldfld, fields[i]);
                }
            }

            il.Emit(OpCodes.Callvirt, method.Method);
            EmitAsTask(il, method.Method.ReturnType);
            il.Emit(OpCodes.Ret);
            type.DefineMethodOverride(invoke, overridden);
        }

        private static void EmitAsTask(ILGenerator il, Type returned)
        {
            if (returned.IsValueType)
            {
                var local = il.DeclareLocal(returned);
                il.Emit(OpCodes.Stloc, local);
                il.Emit(OpCodes.Ldloca, local);
                il.Emit(OpCodes.Call, returned.GetMethod("AsTask")!);
            }
        }

        private static void EmitMethod(TypeBuilder type, GrainMethod method, int index, ConstructorInfo call)
        {
            var parameters = method.Parameters.Select(p => p.ParameterType).ToArray();
            var builder = type.DefineMethod(
                $"{method.Method.DeclaringType!.Name}.{method.Method.Name}",
                MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
                method.Method.ReturnType, parameters);
            var il = builder.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, index);
            il.Emit(OpCodes.Call, typeof(GrainReference).GetMethod(nameof(GrainReference.MethodAt), Any)!);
            for (var i = 0; i < parameters.Length; i++)
            {
                il.Emit(OpCodes.Ldarg, i + 1);
            }

            il.Emit(OpCodes.Newobj, call);
            EmitToken(il, method);
            il.Emit(OpCodes.Call, SendMethod(method.Method));
            if (method.Method.ReturnType.IsValueType)
            {
                var task = GrainInterface.ResultType(method.Method) is { } result ? typeof(Task<>).MakeGenericType(result) : typeof(Task);
                il.Emit(OpCodes.Newobj, method.Method.ReturnType.GetConstructor([task])!);
            }

            il.Emit(OpCodes.Ret);
            type.DefineMethodOverride(builder, method.Method);
        }

        private static void EmitToken(ILGenerator il, GrainMethod method)
        {
            if (method.TokenParameter >= 0)
            {
                il.Emit(OpCodes.Ldarg, method.TokenParameter + 1);
            }
            else
            {
                var none = il.DeclareLocal(typeof(CancellationToken));
                il.Emit(OpCodes.Ldloc, none);
            }
        }

        private static MethodInfo SendMethod(MethodInfo method)
        {
            var candidates = typeof(GrainReference).GetMethods(Any).Where(m => m.Name == nameof(GrainReference.Send)).ToArray();
            return GrainInterface.ResultType(method) is { } result
                ? candidates.Single(m => m.IsGenericMethodDefinition).MakeGenericMethod(result)
                : candidates.Single(m => !m.IsGenericMethodDefinition);
        }
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>Lets generated classes reach internal types of an assembly; the runtime knows it by name.</summary>
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}
