#include "data/interval_tokens.h"

#include <string>

#include "base/nearest_name.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

bool is_punctuation(char c) { return c > ' ' && c < 0x7F && !is_digit(c) && !is_letter(c); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {}

  bool run(IntervalTokens& tokens) {
    while (at_ < text_.size()) {
      char c = text_[at_];
      bool number = is_digit(c) || c == '.' || c == '+' || c == '-';
      if (is_space(c) || (!number && is_punctuation(c))) {
        ++at_;
        continue;
      }
      if (tokens.count == IntervalTokens::kMax) return false;
      IntervalToken& token = tokens.list[tokens.count++];
      if (!(number ? take_number(token) : take_word(token))) return false;
    }
    return true;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  template <class Predicate>
  std::string_view take_while(Predicate predicate) {
    size_t start = at_;
    while (at_ < text_.size() && predicate(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  bool take_number(IntervalToken& token) {
    bool sign = peek() == '+' || peek() == '-';
    token = {IntervalToken::kNumber, sign, peek() == '-', {}};
    if (sign) {
      ++at_;
      take_while(is_space);
      if (!is_digit(peek())) return false;
    }
    size_t start = at_;
    take_while(is_digit);
    if (sign) {
      take_while([](char c) { return is_digit(c) || c == ':' || c == '.' || c == '-'; });
    } else {
      take_number_rest(peek());
    }
    token.text = text_.substr(start, at_ - start);
    if (token.text.find(':') != std::string_view::npos) token.kind = IntervalToken::kTime;
    return true;
  }

  /// What belongs to an unsigned number behind its first digits, which `delimiter` follows.
  void take_number_rest(char delimiter) {
    if (delimiter == ':') {
      take_while([](char c) { return is_digit(c) || c == ':' || c == '.'; });
      return;
    }
    if (delimiter != '-' && delimiter != '/' && delimiter != '.') return;
    ++at_;
    if (is_digit(peek())) {
      take_while(is_digit);
      if (peek() == delimiter) take_while([&](char c) { return is_digit(c) || c == delimiter; });
    } else {
      take_while([&](char c) { return is_digit(c) || is_letter(c) || c == delimiter; });
    }
  }

  bool take_word(IntervalToken& token) {
    token = {IntervalToken::kWord, false, false, take_while(is_letter)};
    if (token.text.empty()) return false;
    if (!starts_zone(peek(), lower_case(token.text))) return true;
    token.kind = IntervalToken::kZone;
    take_while([](char c) {
      return is_digit(c) || is_letter(c) || std::string_view{"+-/_.:"}.find(c) != std::string_view::npos;
    });
    return true;
  }

  /// A number right behind a word is a token of its own only behind PostgreSQL's date words, of which these
  /// are units.
  static bool starts_zone(char next, const std::string& word) {
    if (next == '-' || next == '/' || next == '.') return true;
    if (next != '+' && !is_digit(next)) return false;
    return word != "y" && word != "mon" && word != "dec" && word != "d" && word != "h" && word != "m" &&
           word != "s";
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool split_interval(std::string_view text, IntervalTokens& tokens) { return Tokenizer(text).run(tokens); }

}  // namespace pactolus
