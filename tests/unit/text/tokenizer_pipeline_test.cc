// Tokenizers as a whole: added tokens, pairs, limits, decoding, errors.

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/text/tokenizer/stream_decoder.h"
#include "tests/unit/text/tokenizer_json_builder.h"

namespace clientele::text {
namespace {

using Ids = std::vector<std::int64_t>;
using Spans = std::vector<ByteSpan>;
using Strings = std::vector<std::string>;

const Sections kBert = {
    {"added_tokens", R"([{"id":0,"content":"[UNK]","special":true},
                         {"id":1,"content":"[CLS]","special":true},
                         {"id":2,"content":"[SEP]","special":true}])"},
    {"normalizer", R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
                       "strip_accents":null,"lowercase":true})"},
    {"pre_tokenizer", R"({"type":"BertPreTokenizer"})"},
    {"post_processor", R"({"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]})"},
    {"decoder", R"({"type":"WordPiece","prefix":"##","cleanup":true})"},
    {"model", R"({"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
                  "max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"free":3,
                  "return":4,"##s":5,"cafe":6,"?":7,"退":8,"n":9,"'":10,"t":11,"do":12,"not":13}})"}};

Sections With(Sections sections, const std::string& name, const std::string& section) {
  sections[name] = section;
  return sections;
}

TEST_CASE("a text becomes ids, tokens and offsets of the original") {
  const auto tokenizer = MakeTokenizer(kBert);
  const std::string text = "Free RETURNS\u3000Café 退?";
  const auto encoding = tokenizer->Encode(text);
  REQUIRE(encoding.ok());
  CHECK(encoding->ids == Ids{1, 3, 4, 5, 6, 8, 7, 2});
  CHECK(encoding->tokens == Strings{"[CLS]", "free", "return", "##s", "cafe", "退", "?", "[SEP]"});
  CHECK(encoding->offsets ==
        Spans{{0, 0}, {0, 4}, {5, 11}, {11, 12}, {15, 20}, {21, 24}, {24, 25}, {0, 0}});
  CHECK(encoding->type_ids == Ids{0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(encoding->sequences == std::vector<std::int8_t>{-1, 0, 0, 0, 0, 0, 0, -1});
  CHECK(ToCharacterOffsets(text, encoding->offsets) ==
        Spans{{0, 0}, {0, 4}, {5, 11}, {11, 12}, {13, 17}, {18, 19}, {19, 20}, {0, 0}});
  CHECK(tokenizer->Encode(text, {.add_special_tokens = false})->ids == Ids{3, 4, 5, 6, 8, 7});
  CHECK(tokenizer->Encode("")->ids == Ids{1, 2});
  CHECK(tokenizer->Encode("", {.add_special_tokens = false})->size() == 0);
}

TEST_CASE("a pair has the types that the post-processor says") {
  const auto bert = MakeTokenizer(kBert)->EncodePair("free?", "return");
  REQUIRE(bert.ok());
  CHECK(bert->ids == Ids{1, 3, 7, 2, 4, 2});
  CHECK(bert->type_ids == Ids{0, 0, 0, 0, 1, 1});
  CHECK(bert->offsets == Spans{{0, 0}, {0, 4}, {4, 5}, {0, 0}, {0, 6}, {0, 0}});
  CHECK(bert->sequences == std::vector<std::int8_t>{-1, 0, 0, -1, 1, -1});

  const auto roberta =
      MakeTokenizer(
          With(
              kBert, "post_processor",
              R"({"type":"RobertaProcessing","sep":["[SEP]",2],"cls":["[CLS]",1],"trim_offsets":true,
          "add_prefix_space":true})"))
          ->EncodePair("free", "return");
  CHECK(roberta->ids == Ids{1, 3, 2, 2, 4, 2});
  CHECK(roberta->type_ids == Ids{0, 0, 0, 0, 0, 0});

  const auto templated = MakeTokenizer(With(kBert, "post_processor",
                                            R"({"type":"TemplateProcessing",
          "single":[{"SpecialToken":{"id":"C","type_id":0}},{"Sequence":{"id":"A","type_id":3}}],
          "pair":[{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"C","type_id":2}},
                  {"Sequence":{"id":"A","type_id":0}}],
          "special_tokens":{"C":{"id":"C","ids":[1,2],"tokens":["[CLS]","[SEP]"]}}})"));
  CHECK(templated->Encode("free")->ids == Ids{1, 2, 3});
  CHECK(templated->Encode("free")->type_ids == Ids{0, 0, 3});
  CHECK(templated->EncodePair("free", "return")->ids == Ids{4, 1, 2, 3});
  CHECK(templated->EncodePair("free", "return")->type_ids == Ids{1, 2, 2, 0});
  CHECK(templated->EncodePair("free", "return", {.add_special_tokens = false})->type_ids ==
        Ids{1, 0});

  const auto none = MakeTokenizer(With(kBert, "post_processor", "null"));
  CHECK(none->EncodePair("free", "return")->type_ids == Ids{0, 1});
}

TEST_CASE("max_tokens counts special tokens and cuts the end") {
  const auto tokenizer = MakeTokenizer(kBert);
  CHECK(tokenizer->Encode("free free free free", {.max_tokens = 4})->ids == Ids{1, 3, 3, 2});
  CHECK(tokenizer->Encode("free", {.max_tokens = 2})->ids == Ids{1, 2});
  CHECK(tokenizer->Encode("free", {.max_tokens = 1}).status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(tokenizer->Encode("free free", {.add_special_tokens = false, .max_tokens = 1})->ids ==
        Ids{3});
  // Three special tokens leave room for four.
  CHECK(tokenizer->EncodePair("free free free", "return return return", {.max_tokens = 7})->ids ==
        Ids{1, 3, 3, 2, 4, 4, 2});
  CHECK(tokenizer->EncodePair("free", "return return return return", {.max_tokens = 7})->ids ==
        Ids{1, 3, 2, 4, 4, 4, 2});
  CHECK(tokenizer
            ->EncodePair("free free free", "return return",
                         {.max_tokens = 7, .cut_second_only = true})
            ->ids == Ids{1, 3, 3, 3, 2, 4, 2});
  CHECK_FALSE(
      tokenizer
          ->EncodePair("free free free free", "return", {.max_tokens = 7, .cut_second_only = true})
          .ok());
}

TEST_CASE("added tokens are found before words are, the longest first") {
  const auto tokens = [](const std::string& added, const std::string& text) {
    const auto tokenizer = MakeTokenizer({{"added_tokens", added},
                                          {"normalizer", R"({"type":"Lowercase"})"},
                                          {"model", kShowWords}});
    return tokenizer->Encode(text)->tokens;
  };
  CHECK(tokens(R"([{"id":1,"content":"<s>","special":true},{"id":2,"content":"<s>x"}])",
               "A<s>B<s>xC") == Strings{"a", "<s>", "b", "<s>", "xc"});
  CHECK(tokens(R"([{"id":1,"content":"<s>","special":true},
                   {"id":2,"content":"<s>x","normalized":false}])",
               "A<s>B<s>xC") == Strings{"a", "<s>", "b", "<s>x", "c"});
  // Normalized ones match what normalization made, the others the text as it is.
  CHECK(tokens(R"([{"id":1,"content":"Yes","normalized":true}])", "YES yes") ==
        Strings{"yes", " ", "yes"});
  CHECK(tokens(R"([{"id":1,"content":"Yes","normalized":false}])", "YES Yes") ==
        Strings{"yes ", "Yes"});
  CHECK(tokens(R"([{"id":1,"content":"<m>","lstrip":true,"normalized":false}])", "a \u3000<m> b") ==
        Strings{"a", " \u3000<m>", " b"});
  CHECK(tokens(R"([{"id":1,"content":"<m>","rstrip":true,"normalized":false}])", "a <m>\n b") ==
        Strings{"a ", "<m>\n ", "b"});
  CHECK(tokens(R"([{"id":1,"content":"it","single_word":true,"normalized":false}])",
               "it bit it's it_ it") == Strings{"it", " bit ", "it", "'s it_ ", "it"});
}

TEST_CASE("an added token's offsets are those of the text it took") {
  const auto tokenizer = MakeTokenizer(
      {{"added_tokens", R"([{"id":1,"content":"<m>","lstrip":true,"normalized":false}])"},
       {"model", kShowWords}});
  CHECK(tokenizer->Encode("é <m>b")->offsets == Spans{{0, 2}, {2, 6}, {6, 7}});
}

TEST_CASE("byte-level tokens' offsets leave spaces out where they are trimmed") {
  const auto offsets = [&](const std::string& prefix, const std::string& trim,
                           const std::string& text) {
    const auto tokenizer = MakeTokenizer(
        {{"pre_tokenizer", R"({"type":"ByteLevel","add_prefix_space":)" + prefix + "}"},
         {"post_processor", R"({"type":"ByteLevel","trim_offsets":)" + trim +
                                R"(,"add_prefix_space":)" + prefix + "}"},
         {"model", R"({"type":"BPE","vocab":{"a":0,"Ġ":1,"Ã":2,"©":3,"Ġa":4},
                       "merges":["Ġ a"]})"}});
    return tokenizer->Encode(text)->offsets;
  };
  CHECK(offsets("false", "true", "a a") == Spans{{0, 1}, {2, 3}});
  CHECK(offsets("false", "false", "a a") == Spans{{0, 1}, {1, 3}});
  // Bytes of one character all come from the whole of it.
  CHECK(offsets("false", "true", "é") == Spans{{0, 2}, {0, 2}});
  // The space that was put in front is not there to be trimmed.
  CHECK(offsets("true", "true", "a a") == Spans{{0, 1}, {2, 3}});
  CHECK(offsets("true", "true", " a") == Spans{{0, 2}});
}

TEST_CASE("decoding joins pieces, cleans up and leaves special tokens out") {
  const auto tokenizer = MakeTokenizer(kBert);
  CHECK(tokenizer->Decode(Ids{1, 3, 4, 5, 7, 2}).value() == "free returns?");
  CHECK(tokenizer->Decode(Ids{1, 3, 2}, false).value() == "[CLS] free [SEP]");
  CHECK(tokenizer->Decode(Ids{}).value().empty());
  const auto spaced = MakeTokenizer(With(kBert, "decoder", "null"));
  CHECK(spaced->Decode(Ids{4, 5}).value() == "return ##s");
}

TEST_CASE("decoders") {
  const auto decode = [](const std::string& decoder, const Ids& ids) {
    const auto tokenizer = MakeTokenizer(
        {{"decoder", decoder},
         {"model", R"({"type":"WordLevel","unk_token":"u","vocab":{"▁a":0,"b▁":1,"ĠÃ":2,"©":3,
                       "<0xE9>":4,"xx":5,"▁":6,"退":7}})"}});
    return tokenizer->Decode(ids).value();
  };
  CHECK(decode(R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"always"})", {0, 1, 0}) ==
        "ab  a");
  CHECK(decode(R"({"type":"Metaspace","replacement":"▁","prepend_scheme":"never"})", {0, 0}) ==
        " a a");
  CHECK(decode(R"({"type":"ByteLevel"})", {2, 3}) == " é");
  CHECK(decode(R"({"type":"ByteLevel"})", {2}) == " \uFFFD");
  // A token that is not written in the byte alphabet stands for itself.
  CHECK(decode(R"({"type":"ByteLevel"})", {7, 3}) == "退\uFFFD");
  CHECK(decode(R"({"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},
                   "content":" "},{"type":"ByteFallback"},{"type":"Fuse"},
                   {"type":"Strip","content":" ","start":1,"stop":0}]})",
               {6, 0, 4, 1}) == " a\uFFFDb ");
  CHECK(decode(R"({"type":"Strip","content":"x","start":1,"stop":1})", {5, 0}) == "▁a");
  CHECK(decode(R"({"type":"Strip","content":"x","start":9,"stop":9})", {5}).empty());
  CHECK(decode(R"({"type":"Replace","pattern":{"Regex":"x+"},"content":"y"})", {5}) == "y");
}

TEST_CASE("ids and tokens are found by each other") {
  const auto tokenizer =
      MakeTokenizer(With(kBert, "added_tokens", R"([{"id":1,"content":"[CLS]","special":true},
                                 {"id":14,"content":"<new>","special":false}])"));
  CHECK(tokenizer->vocab_size() == 15);
  CHECK(tokenizer->TokenToId("<new>") == 14);
  CHECK(tokenizer->TokenToId("free") == 3);
  CHECK_FALSE(tokenizer->TokenToId("nothing").has_value());
  CHECK(tokenizer->IdToToken(14) == "<new>");
  CHECK_FALSE(tokenizer->IdToToken(15).has_value());
  CHECK_FALSE(tokenizer->IdToToken(-1).has_value());
  CHECK(tokenizer->IsSpecial(1));
  CHECK_FALSE(tokenizer->IsSpecial(14));
}

TEST_CASE("text that is not UTF-8 and ids of no token are refused") {
  const auto tokenizer = MakeTokenizer(kBert);
  for (const char* bad : {"\xFF", "a\xC3", "\xED\xA0\x80"}) {
    CHECK(tokenizer->Encode(bad).status().code() == absl::StatusCode::kInvalidArgument);
    CHECK_FALSE(tokenizer->EncodePair("free", bad).ok());
  }
  for (const std::int64_t bad : {std::int64_t{-1}, std::int64_t{14}, std::int64_t{1} << 40}) {
    const auto status = tokenizer->Decode(Ids{3, bad}).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StrContains(status.message(), "ids[1]"));
  }
  CHECK(tokenizer->Encode(std::string(Tokenizer::kMaxTextBytes + 1, 'a')).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("what is wrong in a file is named with its field") {
  const auto refuses = [](const std::string& json, const std::string& part) {
    const auto status = Tokenizer::FromJson(json, "my.json").status();
    INFO(json << "\n" << status);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StrContains(status.message(), "my.json"));
    CHECK(absl::StrContains(status.message(), part));
  };
  const std::string good = TokenizerJson(kBert);
  refuses(good.substr(0, good.size() / 2), "cut off at byte");
  refuses("", "is not JSON");
  refuses("\xFF", "is not JSON");
  refuses(R"({"model":{"type":"WordLevel","vocab":{"\uD800":1}}})", "is not JSON");
  refuses("[]", "must be an object");
  refuses("{}", "model");
  refuses(std::string(100, '[') + std::string(100, ']'), "nested");
  const auto with = [](const std::string& name, const std::string& section) {
    return TokenizerJson(With(kBert, name, section));
  };
  refuses(with("model", R"({"type":"Markov"})"), "model.type");
  refuses(with("normalizer", R"({"type":"Rot13"})"), "normalizer.type");
  refuses(with("normalizer", R"({"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"X"}]})"),
          "normalizer.normalizers[1].type");
  refuses(with("pre_tokenizer", R"({"type":"Split","pattern":{"Regex":"("},"behavior":"Removed"})"),
          "pre_tokenizer.pattern.Regex");
  refuses(with("pre_tokenizer", R"({"type":"Split","pattern":{"String":"a"},"behavior":"Eaten"})"),
          "pre_tokenizer.behavior");
  refuses(with("pre_tokenizer", R"({"type":"Split","pattern":{"String":""},"behavior":"Removed"})"),
          "pre_tokenizer.pattern.String");
  refuses(with("pre_tokenizer", R"({"type":"Metaspace","prepend_scheme":"often"})"),
          "pre_tokenizer.prepend_scheme");
  refuses(with("post_processor", R"({"type":"BertProcessing","sep":["[SEP]",-2],"cls":["C",1]})"),
          "post_processor.sep[1]");
  refuses(with("post_processor",
               R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"X"}}],"pair":[],
                   "special_tokens":{}})"),
          "post_processor.single[0].SpecialToken.id");
  refuses(with("decoder", R"({"type":"CTC"})"), "decoder.type");
  refuses(with("normalizer", R"({"type":"Precompiled","precompiled_charsmap":"%%"})"),
          "precompiled_charsmap");
  refuses(with("normalizer", R"({"type":"Precompiled","precompiled_charsmap":"/////w=="})"),
          "precompiled_charsmap");
  refuses(with("model", R"({"type":"WordLevel","vocab":{"a":-1}})"), "model.vocab");
  refuses(with("model", R"({"type":"WordLevel","vocab":{"a":4294967296}})"), "model.vocab");
  refuses(with("model", R"({"type":"WordLevel","vocab":{"a":1e300}})"), "model.vocab");
  refuses(with("model", R"({"type":"WordLevel","vocab":{"a":1,"b":1}})"), "model.vocab");
  refuses(with("model", R"({"type":"WordLevel","vocab":["a"]})"), "model.vocab");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})"), "\"b\"");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]})"), "\"ab\"");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0},"merges":["a"]})"), "model.merges[0]");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0},"merges":[["a"]]})"), "model.merges[0]");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"u"})"), "\"u\"");
  refuses(with("model", R"({"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1})"),
          "model.dropout");
  refuses(with("model", R"({"type":"Unigram","unk_id":5,"vocab":[["a",0.0]]})"), "model.unk_id");
  refuses(with("model", R"({"type":"Unigram","unk_id":0,"vocab":[["a"]]})"), "model.vocab[0]");
  refuses(with("added_tokens", R"([{"id":99999999,"content":"x"}])"), "added_tokens[0].id");
  refuses(with("added_tokens", R"([{"id":3,"content":"x"}])"), "added_tokens[0].id");
  refuses(with("added_tokens", R"([{"id":7,"content":"free"}])"), "added_tokens[0].id");
  refuses(with("added_tokens", R"([{"id":20,"content":"x"},{"id":20,"content":"y"}])"),
          "added_tokens[1]");
  refuses(with("added_tokens", R"([{"id":20}])"), "added_tokens[0].content");
}

TEST_CASE("a stream gives whole characters, and in the end the whole text") {
  const auto tokenizer = MakeTokenizer(
      {{"pre_tokenizer", R"({"type":"ByteLevel","add_prefix_space":false})"},
       {"decoder", R"({"type":"ByteLevel"})"},
       {"added_tokens", R"([{"id":300,"content":"<end>","special":true}])"},
       {"model", [] {
          std::string vocab;
          int id = 0;
          const auto add = [&](int c) {
            std::string utf8;
            if (c < 0x80) {
              utf8 = std::string(c == '"' || c == '\\' ? "\\" : "") + static_cast<char>(c);
            } else {
              utf8 = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
            }
            vocab += (id == 0 ? "\"" : ",\"") + utf8 + "\":" + std::to_string(id);
            ++id;
          };
          for (int c = 0x21; c <= 0x7E; ++c) add(c);
          for (int c = 0xA1; c <= 0xFF; ++c) {
            if (c != 0xAD) add(c);
          }
          for (int c = 0x100; c < 0x144; ++c) add(c);
          return R"({"type":"BPE","merges":[],"vocab":{)" + vocab + "}}";
        }()}});
  const std::string text = "Où est 退货 😀👩‍👩‍👧 fini\n";
  const auto ids = tokenizer->Encode(text)->ids;
  REQUIRE(ids.size() == text.size());
  StreamDecoder decoder(*tokenizer);
  std::string whole;
  int pieces = 0;
  for (const std::int64_t id : ids) {
    const auto piece = decoder.Push(id);
    REQUIRE(piece.ok());
    CHECK_FALSE(absl::StrContains(*piece, "\uFFFD"));
    if (!piece->empty()) ++pieces;
    whole += *piece;
  }
  CHECK(decoder.Push(300).value().empty());
  CHECK(decoder.Finish().value().empty());
  CHECK(whole == text);
  CHECK(pieces == 22);  // as many as there are characters

  // A character that is never finished comes in the end.
  CHECK(decoder.Push(ids[0]).value() == "O");
  CHECK(decoder.Push(ids[1]).value().empty());
  CHECK(decoder.Finish().value() == "\uFFFD");
  CHECK(decoder.Push(ids[1]).value().empty());
  CHECK(decoder.Push(9999).status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(decoder.Push(ids[2]).value() == "ù");
  // Nor does a run of such bytes hold everything back for ever.
  std::string given;
  for (int i = 0; i < 40; ++i) given += decoder.Push(ids[1]).value();
  CHECK_FALSE(given.empty());
}

TEST_CASE("a stream keeps the spaces between words") {
  const auto tokenizer = MakeTokenizer(
      {{"decoder", R"({"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},
                       "content":" "},{"type":"ByteFallback"},{"type":"Fuse"},
                       {"type":"Strip","content":" ","start":1,"stop":0}]})"},
       {"added_tokens", R"([{"id":7,"content":"<s>","special":true}])"},
       {"model", R"({"type":"BPE","merges":[],"vocab":{"▁a":0,"▁":1,"b":2,"<0xE9>":3,"<0x80>":4,
                     "<0x80>x":5,"退":6}})"}});
  for (const Ids& ids : {Ids{7, 0, 1, 2, 0, 0}, Ids{1, 1, 0, 1, 1}, Ids{0, 3, 4, 4, 3, 4, 4, 0},
                         Ids{6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 1, 0}}) {
    StreamDecoder decoder(*tokenizer);
    std::string whole;
    for (const std::int64_t id : ids) whole += decoder.Push(id).value();
    whole += decoder.Finish().value();
    CHECK(whole == tokenizer->Decode(ids).value());
  }
}

TEST_CASE("threads share one tokenizer") {
  const auto tokenizer = MakeTokenizer(kBert);
  const auto expected = tokenizer->Encode("Free returns Café 退?")->ids;
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        if (tokenizer->Encode("Free returns Café 退?")->ids != expected) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

}  // namespace
}  // namespace clientele::text
