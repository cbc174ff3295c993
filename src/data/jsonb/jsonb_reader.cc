#include "data/jsonb/jsonb_reader.h"

#include "data/codecs/json_encoder.h"
#include "data/jsonb/json_tokens.h"
#include "data/jsonb/jsonb_members.h"
#include "data/jsonb/jsonb_number.h"

namespace pactolus {
namespace {

TextError number_too_long(std::string_view number) {
  constexpr size_t kExcerptBytesMax = 40;
  std::string message =
      "value overflows the " + std::to_string(kJsonbNumberBytesMax) + " digits of a number: ";
  message += number.substr(0, kExcerptBytesMax);
  return {"22003", std::move(message)};
}

/// Writes values while it reads them. Lives for one text.
class Reader {
 public:
  Reader(std::string_view json, const JsonbReading& reading, std::string& out)
      : tokens_(json), reading_(reading), out_(out), begin_(out.size()) {}

  TextResult<void> read() {
    PACTOLUS_TRY(tokens_.next());
    PACTOLUS_TRY(read_value(0));
    if (tokens_.token() != JsonToken::kEnd) return tokens_.unexpected();
    return {};
  }

 private:
  /// Each of these begins at a token and goes to the one behind what it reads.
  TextResult<void> read_value(size_t depth) {
    switch (tokens_.token()) {
      case JsonToken::kString:
        append_json_string(tokens_.content(), out_);
        break;
      case JsonToken::kNumber:
        return read_number();
      case JsonToken::kTrue:
      case JsonToken::kFalse:
      case JsonToken::kNull:
        out_.append(tokens_.content());
        break;
      case JsonToken::kObjectBegin:
        return read_object(depth + 1);
      case JsonToken::kArrayBegin:
        return read_array(depth + 1);
      default:
        return tokens_.unexpected();
    }
    PACTOLUS_TRY(check_size());
    return tokens_.next();
  }

  /// PostgreSQL looks at a number after it has read the next token, which may be its first error.
  TextResult<void> read_number() {
    const std::string_view number = tokens_.content();
    PACTOLUS_TRY(tokens_.next());
    if (!append_jsonb_number(number, out_)) return number_too_long(number);
    return check_size();
  }

  TextResult<void> read_array(size_t depth) {
    PACTOLUS_TRY(begin_container(depth, '['));
    if (tokens_.token() != JsonToken::kArrayEnd) {
      PACTOLUS_TRY(read_value(depth));
      while (tokens_.token() == JsonToken::kComma) {
        out_.append(", ");
        PACTOLUS_TRY(tokens_.next());
        PACTOLUS_TRY(read_value(depth));
      }
    }
    return end_container(JsonToken::kArrayEnd, ']');
  }

  TextResult<void> read_object(size_t depth) {
    PACTOLUS_TRY(begin_container(depth, '{'));
    const size_t mark = members_.begin_object();
    if (tokens_.token() != JsonToken::kObjectEnd) {
      PACTOLUS_TRY(read_member(depth));
      while (tokens_.token() == JsonToken::kComma) {
        out_.append(", ");
        PACTOLUS_TRY(tokens_.next());
        PACTOLUS_TRY(read_member(depth));
      }
    }
    const bool unique = members_.arrange(mark, out_);
    if (!unique && reading_.unique_keys) {
      return TextError{"22030", "duplicate JSON object key value: a key stands twice in an object"};
    }
    return end_container(JsonToken::kObjectEnd, '}');
  }

  TextResult<void> read_member(size_t depth) {
    if (tokens_.token() != JsonToken::kString) return tokens_.unexpected();
    JsonbMember member{.begin = out_.size()};
    append_json_string(tokens_.content(), out_);
    member.key_end = out_.size();
    PACTOLUS_TRY(tokens_.next());
    if (tokens_.token() != JsonToken::kColon) return tokens_.unexpected();
    out_.append(": ");
    PACTOLUS_TRY(tokens_.next());
    PACTOLUS_TRY(read_value(depth));
    member.end = out_.size();
    members_.add(member);
    return {};
  }

  TextResult<void> begin_container(size_t depth, char bracket) {
    if (depth > reading_.depth_max) {
      return TextError{"54001",
                       "objects and arrays are nested deeper than " + std::to_string(reading_.depth_max)};
    }
    out_.push_back(bracket);
    return tokens_.next();
  }

  TextResult<void> end_container(JsonToken end, char bracket) {
    if (tokens_.token() != end) return tokens_.unexpected();
    out_.push_back(bracket);
    PACTOLUS_TRY(check_size());
    return tokens_.next();
  }

  TextResult<void> check_size() const {
    if (out_.size() - begin_ <= kJsonbBytesMax) return {};
    return TextError{"54000",
                     "a jsonb has more than " + std::to_string(kJsonbBytesMax) + " bytes when written out"};
  }

  JsonTokens tokens_;
  const JsonbReading& reading_;
  std::string& out_;
  size_t begin_;
  JsonbMembers members_;
};

}  // namespace

TextResult<void> append_jsonb(std::string_view json, const JsonbReading& reading, std::string& out) {
  return Reader(json, reading, out).read();
}

TextResult<std::string_view> parse_jsonb(std::string_view json, Arena& memory) {
  std::string text;
  PACTOLUS_TRY(append_jsonb(json, {}, text));
  return memory.copy(text);
}

}  // namespace pactolus
