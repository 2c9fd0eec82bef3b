import { python, type BlockingSink } from './blocking.ts';

const http = 'get post put patch delete head options request';

const network = [
  ...python('requests', http, { on: 'waits for the network' }),
  ...['requests.Session', 'requests_html.HTMLSession', 'requests_cache.CachedSession', 'requests_oauthlib.OAuth1Session', 'requests_oauthlib.OAuth2Session', 'cloudscraper.CloudScraper', 'requests_futures.sessions.FuturesSession'].flatMap((c) =>
    python(c, `${http} send`, { on: 'waits for the network', ...(c.includes('futures') ? { level: 'none' } : {}) }),
  ),
  ...python('cloudscraper.create_scraper()', http, { on: 'waits for the network' }),
  ...python('google.auth.transport.requests.AuthorizedSession', http, { on: 'waits for the network' }),
  ...['curl_cffi.requests', 'curl_cffi.requests.Session', 'curl_cffi', 'tls_client.Session', 'primp.Client', 'niquests', 'niquests.Session', 'treq'].flatMap((c) =>
    python(c, http, { on: 'waits for the network', ...(c === 'treq' ? { level: 'none' } : {}) }),
  ),
  ...python('httpx', `${http} stream`, { on: 'waits for the network', twin: 'httpx.AsyncClient.$' }),
  ...python('httpx.Client', `${http} send stream`, { on: 'waits for the network', twin: 'httpx.AsyncClient.$' }),
  ...python('urllib.request', 'urlopen urlretrieve', { on: 'waits for the network' }),
  ...python('urllib.request', 'OpenerDirector.open build_opener().open urlopen().read urlopen().readline urlopen().readlines', { on: 'waits for the network' }),
  ...python('urllib3', 'request PoolManager.request PoolManager.urlopen PoolManager.request_encode_url PoolManager.request_encode_body ProxyManager.request HTTPConnectionPool.request HTTPConnectionPool.urlopen HTTPSConnectionPool.request HTTPSConnectionPool.urlopen', {
    on: 'waits for the network',
  }),
  ...['http.client.HTTPConnection', 'http.client.HTTPSConnection'].flatMap((c) => python(c, 'connect request getresponse getresponse().read', { on: 'waits for the network' })),
  ...python('http.client', 'HTTPResponse.read', { on: 'waits for the network' }),
  ...python('socket', 'create_connection gethostbyname gethostbyname_ex gethostbyaddr getaddrinfo getnameinfo getfqdn', { on: 'waits for the network', twin: 'loop.getaddrinfo' }),
  ...python('socket.socket', 'connect connect_ex recv recvfrom recv_into accept', { on: 'waits for the network', twin: 'loop.sock_$' }),
  // a short message is with the system in no time
  ...python('socket.socket', 'sendall', { on: 'waits for the network', twin: 'loop.sock_$', level: 'hint' }),
  ...python('smtplib', 'SMTP SMTP_SSL', { on: 'waits for the network', twin: 'aiosmtplib.SMTP' }),
  ...['smtplib.SMTP', 'smtplib.SMTP_SSL'].flatMap((c) => python(c, 'connect login starttls sendmail send_message quit', { on: 'waits for the network', twin: 'aiosmtplib.SMTP.$' })),
  ...['imaplib.IMAP4', 'imaplib.IMAP4_SSL'].flatMap((c) => python(c, 'login select search fetch store append copy uid expunge list status logout', { on: 'waits for the network' })),
  ...python('imaplib', 'IMAP4 IMAP4_SSL', { on: 'waits for the network' }),
  ...['ftplib.FTP', 'ftplib.FTP_TLS'].flatMap((c) => python(c, 'connect login retrbinary retrlines storbinary storlines nlst dir mlsd cwd delete quit', { on: 'waits for the network' })),
  ...python('telnetlib.Telnet', 'open read_until read_all expect', { on: 'waits for the network' }),
  ...python('websocket', 'create_connection WebSocket.recv WebSocket.connect WebSocketApp.run_forever', { on: 'waits for the network' }),
];

const children = [
  ...python('subprocess', 'run call check_call check_output getoutput getstatusoutput', { on: 'waits for a child process', twin: 'asyncio.create_subprocess_exec' }),
  ...python('subprocess.Popen', 'wait communicate stdout.read stdout.readline stdout.readlines stderr.read', { on: 'waits for a child process', twin: 'asyncio.create_subprocess_exec' }),
  ...python('os', 'system waitpid wait', { on: 'waits for a child process', twin: 'asyncio.create_subprocess_shell' }),
  ...python('os', 'popen', { on: 'waits for a child process', twin: 'asyncio.create_subprocess_shell' }),
  ...python('pexpect', 'run spawn.expect spawn.expect_exact', { on: 'waits for a child process' }),
  ...python('plumbum.local', 'cmd', { on: 'waits for a child process' }),
  ...python('invoke', 'run Context.run', { on: 'waits for a child process' }),
  // ffmpeg-python: its streams end in `run`
  ...python('', 'ffmpeg.*', { on: 'waits for a child process', members: /^(?:run|probe|.*\)\.run)$/ }),
  ...python('pygdbmi.gdbcontroller.GdbController', 'write get_gdb_response', { on: 'waits for a child process' }),
  ...python('pygdbmi.gdbcontroller.GdbController', 'exit', { on: 'waits for a child process', level: 'hint' }),
  ...python('', 'pdf2image.convert_from_path pdf2image.convert_from_bytes tabula.read_pdf pdfkit.from_string pdfkit.from_file pdfkit.from_url ansible_runner.run pydub.AudioSegment.from_file pydub.AudioSegment.from_mp3', { on: 'waits for a child process' }),
  ...python('multiprocessing.Process', 'join', { on: 'waits for a child process' }),
  ...python('psutil.Process', 'wait', { on: 'waits for a child process' }),
];

const files = [
  ...python('', 'open codecs.open gzip.open bz2.open lzma.open pathlib.Path.open', { on: 'waits for the disk', twin: 'aiofiles.open', edit: null }),
  ...['open()', 'codecs.open()', 'gzip.open()', 'bz2.open()', 'lzma.open()'].flatMap((f) => python(f, 'read readline readlines', { on: 'waits for the disk', twin: 'aiofiles.open().$' })),
  ...python('pathlib.Path', 'read_text read_bytes write_text write_bytes', { on: 'waits for the disk' }),
  ...python('pathlib.Path', 'glob rglob iterdir walk', { on: 'waits for the disk', edit: null }),
  ...python('pathlib.Path', 'exists is_file is_dir is_symlink stat lstat mkdir touch unlink rmdir rename replace symlink_to chmod', { on: 'waits for the disk', level: 'hint' }),
  ...python('os', 'listdir', { on: 'waits for the disk' }),
  ...python('os', 'scandir walk fwalk', { on: 'waits for the disk', edit: null }),
  ...python('os', 'stat lstat mkdir makedirs remove unlink rmdir removedirs rename replace renames chmod symlink readlink access', { on: 'waits for the disk', level: 'hint' }),
  ...python('os.path', 'exists lexists isfile isdir islink getsize getmtime getctime getatime', { on: 'waits for the disk', level: 'hint' }),
  ...python('shutil', 'copy copy2 copyfile copyfileobj copytree move rmtree make_archive unpack_archive', { on: 'waits for the disk' }),
  ...python('shutil', 'which disk_usage', { on: 'waits for the disk', level: 'hint' }),
  ...python('glob', 'glob', { on: 'waits for the disk' }),
  ...python('zipfile.ZipFile', 'extract extractall read write writestr testzip', { on: 'waits for the disk' }),
  ...python('tarfile', 'open().extractall open().extract open().add TarFile.extractall TarFile.extract TarFile.add', { on: 'waits for the disk' }),
  ...python('pandas', 'read_csv read_excel read_json read_parquet read_feather read_html read_xml read_table read_pickle read_hdf read_fwf read_orc read_sas read_stata read_spss ExcelFile', { on: 'waits for the disk' }),
  ...python('pandas', 'read_sql read_sql_query read_sql_table', { on: 'waits for a database' }),
  ...python('pandas.DataFrame', 'to_excel to_parquet to_sql to_pickle to_hdf to_feather', { on: 'waits for the disk' }),
  ...python('polars', 'read_csv read_parquet read_excel read_json read_ndjson read_database', { on: 'waits for the disk' }),
  ...python('', 'numpy.load numpy.loadtxt numpy.genfromtxt numpy.save numpy.savez numpy.savez_compressed joblib.load joblib.dump torch.load torch.save cv2.imread cv2.imwrite', { on: 'waits for the disk' }),
  ...python('', 'openpyxl.load_workbook openpyxl.load_workbook().save openpyxl.Workbook.save openpyxl.workbook.Workbook.save docx.Document docx.Document.save fitz.open pymupdf.open pdfplumber.open pypdf.PdfReader PyPDF2.PdfReader pptx.Presentation pptx.Presentation.save xlrd.open_workbook pytesseract.image_to_string', { on: 'computes' }),
];

/** A picture is only decoded when something is done with it, and a small one that was drawn is soon written. */
const pictures = [
  ...python('', 'PIL.Image.open().*', { on: 'computes', members: /^(?:\w+\(\)\.)*(?:save|load|thumbnail|resize|filter|quantize)$/ }),
  ...python('PIL.ImageGrab', 'grab', { on: 'computes' }),
];

const documents = [
  ...['fitz.open()', 'fitz.Document', 'pymupdf.open()', 'pymupdf.Document'].flatMap((c) => python(c, '*', { on: 'computes', members: /^(?:(?:load_page|new_page)\(\)\.)?(?:get_text|get_pixmap|get_textpage_ocr|find_tables|search_for|save|ez_save|tobytes|convert_to_pdf|insert_pdf)$/ })),
  ...python('', 'fitz.Document pymupdf.Document pymupdf4llm.to_markdown camelot.read_pdf weasyprint.HTML.write_pdf librosa.load moviepy.VideoFileClip.write_videofile moviepy.editor.VideoFileClip.write_videofile', { on: 'computes' }),
  ...python('markitdown.MarkItDown', 'convert convert_local convert_stream convert_url convert_uri convert_response', { on: 'computes' }),
  ...['EmbedMultipleConfs', 'MMFFOptimizeMoleculeConfs', 'UFFOptimizeMoleculeConfs'].flatMap((name) => python('', `rdkit.Chem.AllChem.${name} rdkit.Chem.rdDistGeom.${name} rdkit.Chem.rdForceFieldHelpers.${name}`, { on: 'computes' })),
];

const computing = [
  ...python('hashlib', 'pbkdf2_hmac scrypt file_digest', { on: 'computes' }),
  ...python('cryptography.hazmat.primitives.kdf', 'pbkdf2.PBKDF2HMAC.derive scrypt.Scrypt.derive argon2.Argon2id.derive', { on: 'computes' }),
  ...python('bcrypt', 'hashpw checkpw kdf', { on: 'computes' }),
  ...python('', 'argon2.PasswordHasher.hash argon2.PasswordHasher.verify passlib.context.CryptContext.hash passlib.context.CryptContext.verify', { on: 'computes' }),
  ...['gzip', 'bz2', 'lzma'].flatMap((m) => python(m, 'compress decompress', { on: 'computes' })),
  ...python('zlib', 'compress decompress', { on: 'computes', level: 'information' }),
];

const waiting = [
  // after each of these it pauses, 0.1 s unless it is told otherwise
  ...python('pyautogui', 'click doubleClick tripleClick rightClick middleClick moveTo moveRel move drag dragTo dragRel scroll write typewrite press hotkey keyDown keyUp sleep', { on: 'sleeps' }),
  ...python('fcntl', 'flock lockf', { on: 'waits for another process' }),
  ...python('os', 'fsync fdatasync', { on: 'waits for the disk' }),
  ...python('time', 'sleep', { on: 'sleeps', twin: 'asyncio.sleep', edit: 'asyncio.sleep' }),
  ...python('', 'input getpass.getpass sys.stdin.read sys.stdin.readline sys.stdin.readlines', { on: 'waits for input' }),
  ...['concurrent.futures.ThreadPoolExecutor', 'concurrent.futures.ProcessPoolExecutor', 'concurrent.futures.Executor'].flatMap((e) => python(`${e}.submit()`, 'result exception', { on: 'waits for another thread', twin: 'loop.run_in_executor' })),
  ...python('concurrent.futures', 'Future.result Future.exception wait as_completed', { on: 'waits for another thread', twin: 'asyncio.wrap_future' }),
  ...python('asyncio', 'run_coroutine_threadsafe().result run_coroutine_threadsafe().exception', { on: 'waits for another thread', twin: 'await' }),
  // its `with` ends when all that it was given is done
  ...python('concurrent.futures', 'ThreadPoolExecutor ProcessPoolExecutor', { on: 'waits for another thread', twin: 'loop.run_in_executor', edit: null }),
  // who maps wants the results
  ...['ThreadPoolExecutor', 'ProcessPoolExecutor'].flatMap((e) => python(`concurrent.futures.${e}`, 'map shutdown', { on: 'waits for another thread', twin: 'asyncio.gather', edit: null })),
  ...python('threading', 'Thread.join Event.wait Condition.wait Condition.wait_for Barrier.wait', { on: 'waits for another thread', twin: 'asyncio.Event' }),
  ...['queue.Queue', 'queue.SimpleQueue', 'queue.LifoQueue', 'queue.PriorityQueue', 'multiprocessing.Queue'].flatMap((q) => python(q, 'get join', { on: 'waits for another thread', twin: 'asyncio.Queue.$' })),
  ...python('select', 'select', { on: 'waits for the network' }),
  ...python('psutil', 'cpu_percent cpu_times_percent', { on: 'sleeps' }),
];

/** The standard library, and what is used like it. */
export const blockingPython: readonly BlockingSink[] = [...network, ...children, ...files, ...pictures, ...documents, ...computing, ...waiting];
