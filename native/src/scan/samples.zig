//! A short text in each language with what is hard in it: what tests cut, mix and damage.
const types = @import("../base/types.zig");

pub fn of(language: types.Language) []const u8 {
    return switch (language) {
        .typescript => script,
        .tsx => script ++ tags,
        .javascript => plain_script ++ tags,
        .python => python,
        .go => go,
        .rust => rust,
        .zig => zig,
        .c => c,
        .cpp => c ++ cpp,
        .java => java,
        .csharp => csharp,
        .ruby => ruby,
        .php => php,
        .lua => lua,
        .shell => shell,
        .kotlin => kotlin,
        .swift => swift,
        .markdown => "---\na: b\n---\n# One\n```sh\n# no\n```\nTwo\n---\n### Three ###\n> text\n",
        .generic => "sealed trait A {\n  def b(x) = {\n  }\n}\nint f(A b) {\n}\n/* c */ g :: A\n",
        .prose => "Some text.\n",
        .data => "# comment\nkey: value\n",
    };
}

const script =
    \\import { a, type B } from './b'; export * from "c";
    \\/** doc */ @Deco({ x: 1 }) export default abstract class K<T extends { a: 1 }> extends L<T> {
    \\  #p = `t${`u${1}`}`; static async *gen?(a: { b: () => void } = {}): Promise<A[]> { return /[/"]/g; }
    \\  get v() { return this.#p / 2 }; handler = async (e: E): Promise<void> => { if (e) {} }
    \\  ['lit']() {} [key]: string
    \\}
    \\interface I extends J<K> { m?(): void; new (): I; <T>(a: T): T; readonly p: { q(): void } }
    \\declare module 'm' { const x: number; function f(a: string): a is string; }
    \\export const enum E { A = 1, 'B' = "x".length } type U<T> = T extends infer V ? V : () => T;
    \\namespace N.M { export let { a, b: [c] = [1] } = d, e = <T,>(x: T) => x; }
    \\exports.f = function g() {}; A.prototype.h = async x => x; label: { const o = { p() {}, q: () => 1 } }
    \\
;

const plain_script =
    \\#!/usr/bin/env node
    \\const fs = require('fs'), re = a / b / c; switch (x) { case 1: { function n() {} } default: {} }
    \\module.exports = { a, b() {}, 'c': function () {}, async *d() {}, ...e };
    \\class A extends (class {}) { static { f(); } static x = 1; constructor() { super() } }
    \\
;

const tags =
    \\const App = ({ a }) => <Foo<string> b="it's" c={{ d: 1 }} {...e}>don't {a ? <b>/* */</b> : <></>}</Foo>;
    \\
;

const python =
    \\import os, sys as s
    \\from .a.b import (c,
    \\    d)
    \\@decorator("""x""")
    \\class A(B[int], metaclass=C):
    \\    '''doc "quoted" \''' '''
    \\    X: int = {"a": [1, (2)]}
    \\    async def f(self, *, a=r"\") -> "B": # c
    \\        def g(): return f"{a!r:>{width}}"
    \\lam = lambda x: x; \
    \\y = 2
    \\
;

const go =
    \\package main
    \\import ( "fmt"; x "a/b" )
    \\// doc
    \\type T[K comparable] struct { a int `json:"a"`; E }
    \\type ( I interface { M(a int) error }; F = func() )
    \\func (t *T[K]) M(a struct{ x int }) (err error) { go func() { _ = '{' }(); return }
    \\const ( A = iota; B ); var x, y = `raw {`, "s"
    \\
;

const rust =
    \\use crate::a::{b, c as d}; extern crate e;
    \\/* a /* nested */ */ #[derive(Debug)] pub(crate) struct S<'a, T: 'a>(&'a T) where T: Fn() -> u8;
    \\impl<'a, T> Tr for S<'a, T> { const X: u8 = b'{'; async unsafe fn f<F>(&self) -> impl Fn() { r#"}"# } }
    \\macro_rules! m { ($a:expr) => { fn no() {} }; } mod n { pub enum E { A { x: u8 }, B(u8) } }
    \\pub trait Tr: Send { type A; fn f(&self); } static Y: char = '\''; union U { a: u8 }
    \\
;

const zig =
    \\const std = @import("std");
    \\/// doc
    \\pub fn Type(comptime T: type) type { return struct { a: T, pub fn f(self: @This()) void {} }; }
    \\const E = error{ A, B }; const U = union(enum) { a, b: u8, fn g() void {} };
    \\test "name" { const s = "}\""; const c = '\''; _ = .{ s, c };
    \\  const m =
    \\    \\ raw { "
    \\  ; }
    \\extern fn h(a: c_int) callconv(.c) void; var @"odd name": u8 = 1;
    \\
;

const c =
    \\#include <a.h>
    \\#define M(a) do { \
    \\  a; } while (0) /* c
    \\ */
    \\static inline int f(const char *s, int (*cb)(void)) { return '"' == '}'; }
    \\#if X
    \\struct S { int a; union { int b; }; } s = {
    \\#else
    \\struct S { } s = {
    \\#endif
    \\};
    \\typedef int (*fn_t)(struct S *); enum E { A = 1, B }; __attribute__((x)) void g(a, b) int a; {}
    \\
;

const cpp =
    \\namespace a::b { template <class T, int N = (1 > 2)> class C final : public D<T> { public: C() : x{1} {}
    \\ ~C(); virtual int operator()(int) const = 0; friend bool operator<(C, C); enum class F : int { X };
    \\ auto g() -> decltype(1) { auto l = [&](int) { return R"x(" })x"; }; return 1'000; } }; }
    \\int a::b::C::h() noexcept try { } catch (...) { } using T = int; extern "C" { void i(); }
    \\
;

const java =
    \\package a.b; import static c.D.*;
    \\@Ann(x = "}") public sealed interface A<T> permits B { default <R> R m(T... t) throws E { return null; } }
    \\record R(int a, String b) implements A<R> { R { } static final int X = 1; enum E { P { void q() {} }, Q; } }
    \\class C extends D { Object o = new Object() { public String toString() { return """
    \\ text { " """; } }; static { } char c = '"'; @interface N { int v() default 1; } }
    \\
;

const csharp =
    \\using A = B.C; namespace N.M;
    \\[Attr("}")] public partial class K<T> : L where T : new() { public int P { get; init; } = 1; event E e;
    \\ public static K<T> operator +(K<T> a, K<T> b) => a; ~K() { } this[int i] { get { return 1; } }
    \\ async Task<int> F(string s = @"a""}") { var t = $"{a:{b}} {{"; var u = """ " } """; int G() => 1; return 1; } }
    \\public record struct R(int A); delegate void D(); interface I { void M(); } enum E : byte { A = 1 }
    \\
;

const ruby =
    \\require_relative 'a'
    \\class A::B < C # c
    \\  X = %w[a b]; attr_accessor :x, :y
    \\  def self.f?(a = {}, *b) = a
    \\  def []=(i, v); x = <<~E + "#{h["}"]}" if v
    \\    def no
    \\  E
    \\    while true do y = a / b; z = /end/ end
    \\  end
    \\  class << self; def g; end; end
    \\end
    \\=begin
    \\=end
    \\__END__
    \\
;

const php =
    \\<p><?php namespace A; use B\{C, D}; #[Attr]
    \\final class K extends L { use T; const X = 1; public function __construct(private int $a = 1) { }
    \\ abstract static function &f(): ?array; } enum S: string { case A = 'a'; function g() { return <<<'E'
    \\ } " '
    \\ E; } } function h() { $f = fn() => new class { function i() {} }; /* c */ } // d ?> text
    \\<?= $x ?> define('Y', 2);
    \\
;

const lua =
    \\local M = {} -- c
    \\--[==[ long ]] ]==] local s = [[ end ]]
    \\function M.a:b(...) if x then return function() end elseif y then else end end
    \\local function c() for i = 1, 2 do end repeat until x while y do end end M.d = function() end
    \\return { e = function() return require('f') end }
    \\
;

const shell =
    \\#!/bin/bash
    \\set -e; . ./lib.sh
    \\export A=1 B="$(echo "x" '"')"
    \\f() { # c
    \\  cat <<-EOF <<'E2'
    \\    g() {
    \\  EOF
    \\h() {
    \\E2
    \\  case $x in a) echo ${y#\}};; esac
    \\}
    \\function i-j { (( a << 2 )); }
    \\
;

const kotlin =
    \\package a.b; import c.d.*
    \\@Ann sealed class A<T : Any>(val x: Int = 1) : B(), C by d { companion object { const val Y = 1 }
    \\ inline fun <reified R> List<R>.f(g: (Int) -> Unit = {}): R? where R : Any = first { "${it.x("}")}" == """ { """ }
    \\ init { } constructor() : this(1) { } val p: Int get() = 1; enum class E { P { override fun q() {} }, Q } }
    \\typealias T = (Int) -> Unit; fun interface I { fun m() } object O { operator fun plus(o: O) = o } /* a /* b */ */
    \\
;

const swift =
    \\import Foundation
    \\@objc public final class A<T>: B where T: C { var x: Int { get { 1 } set {} }; let y = """
    \\ } " \(z("a"))
    \\ """; init?(a b: Int) throws { } deinit { } subscript(i: Int) -> Int { 1 } static func + (l: A, r: A) -> A { l } }
    \\protocol P: Q { associatedtype R; func f<T>(_ g: (Int) -> Void) async rethrows -> some P } extension A: P { struct S {} }
    \\enum E: Int { case a(Int), b = 2; indirect case c } typealias T = #"raw " { "#; func `default`() {} /* a /* b */ */
    \\
;
