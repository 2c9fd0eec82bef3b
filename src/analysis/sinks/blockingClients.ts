import { python, type BlockingSink } from './blocking.ts';

/** Members of clients that ask a service, by how they are called: `get_issue`, `chat.completions.create`, `get_repo().get_pulls`. */
const verbs = 'get|list|create|add|update|edit|delete|remove|search|find|query|fetch|read|write|send|post|put|patch|upload|download|retrieve|modify|merge|close|move|copy|run|execute|start|stop|restart|publish|submit|cancel|archive|assign|invite|move|replace|upsert|insert|scroll|count|generate|complete|chat|embed|embeddings|stream|parse|save|refresh|describe|rename|set|invoke|wait|export|import|transition';
/** What ends a chain of such a client, none of it data (`raw_data`, `headers`), none of it asynchronous. */
const request = new RegExp(`^(?!.*(?:\\b(?:raw_data|headers|json|meta|exceptions|aio|config)\\b|_async\\b))(?:[\\w]+(?:\\([^)]*\\))?\\.)*(?:${verbs})(?:_\\w+)?$`);
/** A method of the client itself: all of them ask, but for those that only say or prepare something. */
const direct = /^(?!(?:close|from_\w+|url_joiner|resource_url|default_headers|get_connection_kwargs|set_\w+_header|with_\w+|copy|update_header|log_\w*|response|raise_for_status|mount|register_\w+|build_\w+|is_\w+|__\w+)$)[a-z]\w*$/;
/** A method of one of the client's parts: `client.servers.get_all`. */
const ofPart = /^(?:(?!with_)[a-z]\w*\.)+[a-z]\w*$/;
/** Requests that were sent through the session inside. */
const directOrSession = /^(?:_?session\.(?:get|post|put|patch|delete|head|request|send)|(?!(?:close|url_joiner|resource_url|default_headers|response|raise_for_status|log_curl_debug|_\w+)$)[a-z]\w*)$/;

const services = [
  ...['Jira', 'Confluence', 'Bitbucket', 'ServiceDesk', 'Bamboo', 'Crowd', 'Xray', 'Portfolio', 'Insight', 'StatusPage', 'AtlassianRestAPI', 'ConfluenceCloud', 'ConfluenceServer'].flatMap((c) =>
    python('atlassian', `${c}.*`, { on: 'waits for the network', members: directOrSession }),
  ),
  ...python('atlassian.bitbucket', 'Cloud.*', { on: 'waits for the network', members: request }),
  ...python('', 'jira.JIRA jira.client.JIRA', { on: 'waits for the network' }),
  ...['jira.JIRA', 'jira.client.JIRA'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: /^(?:(?!(?:close|client_info|server_url|kill_session|delete_session)$)[a-z]\w*|_session\.(?:get|post|put|delete))$/ })),
  ...python('jira', 'Issue.update Issue.delete', { on: 'waits for the network' }),
  ...['github.Github', 'github.Repository.Repository', 'github.Issue.Issue', 'github.PullRequest.PullRequest', 'github.Organization.Organization', 'github.NamedUser.NamedUser', 'gitlab.Gitlab', 'linear_api'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: request }),
  ),
  ...['slack_sdk.WebClient', 'slack_sdk.web.client.WebClient', 'slack_sdk.web.WebClient', 'slack.WebClient'].flatMap((c) => python(c, '*', { on: 'waits for the network', twin: 'AsyncWebClient.$', members: direct })),
  ...['slack_sdk.webhook.WebhookClient', 'slack_sdk.WebhookClient'].flatMap((c) => python(c, 'send send_dict', { on: 'waits for the network' })),
  ...python('notion_client', 'Client.*', { on: 'waits for the network', twin: 'notion_client.AsyncClient', members: request }),
  ...python('trello', 'TrelloClient.*', { on: 'waits for the network', members: request }),
  ...python('todoist_api_python.api', 'TodoistAPI.*', { on: 'waits for the network', members: direct }),
  ...python('stripe', '*', { on: 'waits for the network', members: /^(?:[A-Z]\w*\.|checkout\.|billing_portal\.|StripeClient\.[\w.]*)+(?:create|retrieve|list|modify|update|delete|search|capture|confirm|cancel|pay|finalize_invoice|void_invoice)$/ }),
  ...python('twilio.rest', 'Client.*', { on: 'waits for the network', members: /^(?:\w+(?:\([^)]*\))?\.)+(?:create|fetch|list|update|delete)$/ }),
  ...python('sendgrid', 'SendGridAPIClient.send', { on: 'waits for the network' }),
  ...['tweepy.Client', 'tweepy.API', 'spotipy.Spotify', 'spotipy.client.Spotify', 'telebot.TeleBot', 'wordpress_xmlrpc.Client', 'simple_salesforce.Salesforce', 'pyairtable.Table', 'pynetbox.api'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: direct }),
  ),
  ...['pagerduty.RestApiV2Client', 'pagerduty.rest_api_v2_client.RestApiV2Client', 'pagerduty.EventsApiV2Client', 'pdpyras.APISession', 'wandb.Api', 'wandb.apis.public.Api', 'shodan.Shodan', 'zulip.Client', 'googlemaps.Client', 'finnhub.Client', 'fredapi.Fred', 'woocommerce.API', 'linkedin_api.Linkedin', 'instagrapi.Client', 'jenkins.Jenkins', 'mlflow.MlflowClient', 'mlflow.tracking.MlflowClient', 'huggingface_hub.HfApi', 'alpaca.trading.client.TradingClient', 'binance.client.Client', 'polygon.RESTClient', 'pytrends.request.TrendReq', 'prometheus_api_client.PrometheusConnect'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: direct }),
  ),
  ...['hcloud.Client', 'box_sdk_gen.BoxClient', 'meraki.DashboardAPI', 'databricks.sdk.WorkspaceClient', 'elevenlabs.ElevenLabs', 'pyzabbix.ZabbixAPI', 'zabbix_utils.ZabbixAPI'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: ofPart })),
  ...['hubspot.HubSpot', 'hubspot.Client'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: request })),
  ...python('box_ai_agents_toolkit', '*', { on: 'waits for the network', members: /^box_\w+$/ }),
  ...python('huggingface_hub', 'hf_hub_download snapshot_download list_models list_datasets model_info', { on: 'waits for the network' }),
  ...python('serpapi', 'GoogleSearch.get_dict GoogleSearch.get_json search', { on: 'waits for the network' }),
  ...['Nominatim', 'GoogleV3', 'Photon'].flatMap((c) => python(`geopy.geocoders.${c}`, 'geocode reverse', { on: 'waits for the network' })),
  ...python('Bio.Entrez', 'esearch efetch esummary einfo elink', { on: 'waits for the network' }),
  ...python('nmap', 'PortScanner.scan', { on: 'waits for a child process' }),
  ...python('r2pipe', 'open open().cmd open().cmdj', { on: 'waits for a child process' }),
  ...python('', 'lief.parse pefile.PE', { on: 'computes' }),
  ...python('', 'feedparser.parse yfinance.download wikipedia.page wikipedia.summary wikipedia.search googlesearch.search whois.whois trafilatura.fetch_url dns.resolver.resolve dns.resolver.query', { on: 'waits for the network' }),
  ...python('yfinance.Ticker', 'history get_info get_news get_financials option_chain get_recommendations', { on: 'waits for the network' }),
  ...['duckduckgo_search.DDGS', 'ddgs.DDGS'].flatMap((c) => python(c, 'text news images videos chat', { on: 'waits for the network' })),
  ...python('tavily', 'TavilyClient.search TavilyClient.extract TavilyClient.crawl TavilyClient.map TavilyClient.qna_search', { on: 'waits for the network', twin: 'AsyncTavilyClient.$' }),
  ...['firecrawl.FirecrawlApp', 'firecrawl.Firecrawl', 'exa_py.Exa'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: direct })),
  ...python('youtube_transcript_api', 'YouTubeTranscriptApi.get_transcript YouTubeTranscriptApi.list_transcripts YouTubeTranscriptApi.fetch YouTubeTranscriptApi.list', { on: 'waits for the network' }),
  ...python('yt_dlp', 'YoutubeDL.extract_info YoutubeDL.download', { on: 'waits for the network' }),
  ...python('newspaper', 'Article.download', { on: 'waits for the network' }),
  ...python('zeep', 'Client Client.service.*', { on: 'waits for the network', members: /^[A-Za-z]\w*$/ }),
  ...python('xmlrpc.client', 'ServerProxy.*', { on: 'waits for the network', members: /^\w+(?:\.\w+)*$/ }),
];

/** Data, houses, sheets and clouds that people ask through a small client. */
const smaller = [
  ...['garminconnect.Garmin', 'pyzotero.zotero.Zotero', 'dropbox.Dropbox', 'tushare.pro_api()', 'phue.Bridge'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: direct })),
  ...python('minio', 'Minio.*', { on: 'waits for the network', members: /^(?!(?:presigned_\w+|get_presigned_url|(?:enable|disable)_\w+|set_app_info|list_objects)$)[a-z]\w*$/ }),
  ...python('proxmoxer', 'ProxmoxAPI.*', { on: 'waits for the network', members: /(?:^|\.)(?:get|post|put|delete|create|set)$/ }),
  ...['yandex_tracker_client.TrackerClient', 'tableauserverclient.Server'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: ofPart })),
  ...python('unstructured_client', 'UnstructuredClient.*', { on: 'waits for the network', members: /^(?:[a-z]\w*\.)+(?!\w*_async$)[a-z]\w*$/ }),
  ...python('datadog_api_client', '*', { on: 'waits for the network', members: /^v[12]\.api\.\w+\.\w+Api\.(?!\w+_with_pagination$)[a-z]\w*$/ }),
  ...python('asana', '*', { on: 'waits for the network', members: /^\w+Api\.[a-z]\w*$/ }),
  ...python('oci', '*', { on: 'waits for the network', members: /^(?:\w+\.)+\w+Client\.(?:get|list|create|update|delete|launch|terminate|instance_action|put|change|search|query)(?:_\w+)?$/ }),
  ...python('plexapi', 'server.PlexServer myplex.MyPlexAccount', { on: 'waits for the network' }),
  ...['plexapi.server.PlexServer', 'plexapi.myplex.MyPlexAccount'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: /(?:^|\.)(?:search|all|sections?|sessions|history|playlists?|fetchItems?|clients|recentlyAdded|onDeck|createPlaylist|createCollection|query|update|connect|resources?|devices)$/ })),
  ...python('caldav', 'DAVClient.*', { on: 'waits for the network', members: /^(?:principal|(?:\w+\(\)\.)+(?:calendars|make_calendar|search|date_search|events|todos|save_event|save_todo|add_event|add_todo|event_by_u(?:id|rl)|save|delete|load))$/ }),
  // what it gives is asked for while one goes through it, three seconds between pages
  ...python('arxiv', 'Client.results Search.results', { on: 'waits for the network', edit: null }),
  ...python('arxiv', 'Result.download_pdf Result.download_source', { on: 'waits for the network' }),
  ...['gspread.authorize()', 'gspread.service_account()', 'gspread.service_account_from_dict()', 'gspread.oauth()', 'gspread.Client', 'gspread.client.Client'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: /(?:^|\.)(?:open|open_by_key|open_by_url|create|worksheets?|(?:add|del)_worksheet|get|get_all_records|get_all_values|get_values|batch_get|batch_update|update|update_(?:cells?|acell|title)|append_rows?|acell|cell|find|findall|row_values|col_values|clear|share|delete_rows|insert_rows?|list_spreadsheet_files)$/ }),
  ),
  ...python('', 'akshare.*', { on: 'waits for the network' }),
  ...python('MetaTrader5', 'initialize login order_send order_check symbols_get copy_rates_from copy_rates_from_pos copy_rates_range copy_ticks_from copy_ticks_range orders_get positions_get history_orders_get history_deals_get', { on: 'waits for another process' }),
  ...python('ccxt', '*', { on: 'waits for the network', members: /^(?!async_support|pro\b)\w+(?:\(\))?\.(?:fetch|create|cancel|edit|load|withdraw|transfer)(?:[A-Z_]\w*)$/ }),
  ...python('supabase', 'create_client().* Client.*', { on: 'waits for the network', twin: 'supabase.acreate_client', members: /^(?:table|from_|schema|rpc)\(\).*\.execute$|^auth\.sign_\w+$/ }),
  ...python('meilisearch', 'Client.*', { on: 'waits for the network', members: /^(?:index\(\)\.[a-z]\w*|(?:get|create|delete|update|multi_search|wait_for|swap)\w*|health)$/ }),
  ...python('web3', 'Web3.*', { on: 'waits for the network', twin: 'web3.AsyncWeb3', members: /^(?:eth\.(?:get_\w+|call|send_\w+|wait_for_\w+|estimate_gas|fee_history)|eth\.contract\(\)\.functions\.\w+(?:\(\))?\.(?:call|transact)|is_connected)$/ }),
  ...python('splunklib.client', 'connect connect().jobs.oneshot connect().jobs.create connect().jobs.export', { on: 'waits for the network' }),
  ...python('pyVim.connect', 'SmartConnect SmartConnectNoSSL', { on: 'waits for the network' }),
  ...python('winrm', 'Session.run_cmd Session.run_ps', { on: 'waits for the network' }),
  ...python('quilt3', '*', { on: 'waits for the network', members: /^(?:list_packages|list_package_versions|search|Package\.(?:browse|install|push|resolve_hash)|Package\.browse\(\)\.(?:push|fetch|install)|Bucket\.(?:ls|search|fetch|put_file|put_dir|delete|delete_dir))$/ }),
];

const models = [
  ...['openai.OpenAI', 'openai.AzureOpenAI', 'groq.Groq', 'together.Together', 'cerebras.cloud.sdk.Cerebras', 'anthropic.Anthropic', 'anthropic.AnthropicBedrock', 'anthropic.AnthropicVertex'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', twin: c.replace(/\.(\w+)$/, '.Async$1'), members: /^(?:(?!with_)\w+\.)+(?:create|retrieve|list|delete|parse|generate|edit|upload|content|stream|cancel|count_tokens|search|update|create_and_poll)$/ }),
  ),
  ...python('openai', 'ChatCompletion.create Completion.create Embedding.create Image.create', { on: 'waits for the network', twin: 'openai.AsyncOpenAI' }),
  ...python('google.generativeai', 'GenerativeModel.generate_content embed_content GenerativeModel.start_chat().send_message', { on: 'waits for the network', twin: '$_async' }),
  ...['google.genai.Client'].flatMap((c) => python(c, '*', { on: 'waits for the network', twin: 'Client.aio', members: /^(?!aio\.)(?:\w+\.)+(?:generate_content|generate_images|embed_content|count_tokens|upload|get|list|delete|create)$/ })),
  ...python('ollama', 'chat generate embeddings embed pull list show Client.chat Client.generate Client.embeddings Client.embed Client.pull Client.list Client.show', { on: 'waits for the network', twin: 'ollama.AsyncClient' }),
  ...python('litellm', 'completion embedding', { on: 'waits for the network', twin: 'litellm.a$' }),
  ...python('mistralai', 'Mistral.chat.complete Mistral.embeddings.create Mistral.ocr.process', { on: 'waits for the network', twin: '$_async' }),
  ...python('cohere', 'Client.chat Client.embed Client.rerank ClientV2.chat ClientV2.embed ClientV2.rerank', { on: 'waits for the network', twin: 'cohere.AsyncClient' }),
  ...['langchain_openai.ChatOpenAI', 'langchain_openai.AzureChatOpenAI', 'langchain_anthropic.ChatAnthropic', 'langchain_google_genai.ChatGoogleGenerativeAI', 'langchain_ollama.ChatOllama', 'langchain_groq.ChatGroq'].flatMap((c) => python(c, 'invoke batch', { on: 'waits for the network', twin: 'a$' })),
  ...['langchain_openai.OpenAIEmbeddings', 'langchain_openai.AzureOpenAIEmbeddings'].flatMap((c) => python(c, 'embed_query embed_documents', { on: 'waits for the network', twin: 'a$' })),
  ...python('vertexai.generative_models', 'GenerativeModel.generate_content GenerativeModel.start_chat().send_message', { on: 'waits for the network', twin: '$_async' }),
  ...python('replicate', 'run', { on: 'waits for the network', twin: 'replicate.async_run' }),
  ...python('sentence_transformers', 'SentenceTransformer SentenceTransformer.encode SentenceTransformer.encode_query SentenceTransformer.encode_document CrossEncoder CrossEncoder.predict CrossEncoder.rank SparseEncoder SparseEncoder.encode', { on: 'computes' }),
  ...python('onnxruntime', 'InferenceSession InferenceSession.run', { on: 'computes' }),
  ...python('fastembed', 'TextEmbedding TextEmbedding.embed TextEmbedding.query_embed TextEmbedding.passage_embed SparseTextEmbedding SparseTextEmbedding.embed ImageEmbedding ImageEmbedding.embed', { on: 'computes', edit: null }),
  ...python('faster_whisper', 'WhisperModel WhisperModel.transcribe', { on: 'computes' }),
  ...python('llama_cpp', 'Llama Llama.create_chat_completion Llama.create_completion Llama.create_embedding Llama.embed', { on: 'computes', edit: null }),
  ...python('', 'spacy.load easyocr.Reader easyocr.Reader.readtext', { on: 'computes' }),
  ...python('whisper', 'load_model load_model().transcribe', { on: 'computes' }),
  ...python('transformers', 'pipeline', { on: 'computes' }),
];

const clouds = [
  ...python('boto3', 'client().* resource().* Session.client().* Session.resource().* session.Session.client().*', {
    on: 'waits for the network',
    twin: 'aioboto3',
    members: /^(?!(?:generate_presigned_\w+|get_paginator|get_waiter|can_paginate|close|meta|exceptions|Table|Bucket|Object|Queue|Topic)\b)[a-z]\w*$|^(?:get_paginator\(\)\.paginate|get_waiter\(\)\.wait)$|^(?:Table|Bucket|Object|Queue|Topic|Instance)(?:\(\))?\.(?:[a-z]\w*|objects\.(?:all|filter|delete))$/,
  }),
  ...python('googleapiclient.discovery', 'build().* build_from_document().*', { on: 'waits for the network', members: /\.execute$|\.next_chunk$/ }),
  ...python('google.auth', 'default().refresh', { on: 'waits for the network' }),
  ...['google.oauth2.credentials.Credentials', 'google.oauth2.service_account.Credentials'].flatMap((c) => python(c, 'refresh', { on: 'waits for the network' })),
  ...python('google_auth_oauthlib.flow', 'InstalledAppFlow.run_local_server InstalledAppFlow.from_client_secrets_file().run_local_server', { on: 'waits for input' }),
  ...['google.cloud.storage.Client', 'google.cloud.bigquery.Client', 'google.cloud.firestore.Client', 'google.cloud.secretmanager.SecretManagerServiceClient', 'azure.storage.blob.BlobServiceClient', 'azure.cosmos.CosmosClient', 'azure.keyvault.secrets.SecretClient', 'azure.search.documents.SearchClient'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: /^(?!.*(?:get_(?:blob|container|database|table)_client|get_container_client)$)(?:\w+(?:\(\))?\.)*(?:get|list|create|delete|query|upload|download|insert|load|access|set|search|read|upsert|result|stream|result|add|update)(?:_\w+)?$/ }),
  ),
  // what lists gives a pager, which waits where it is gone through
  ...python('azure.mgmt', '*', { on: 'waits for the network', members: /^(?!.*\baio\.)(?:\w+\.)*[A-Z]\w*Client\.(?:\w+\.)?(?:get|create|update|delete|check|begin|resources|query|start|stop|restart|move|validate|export)(?:_\w+)?$/ }),
  ...python('azure.identity', 'DefaultAzureCredential.get_token ClientSecretCredential.get_token', { on: 'waits for the network', twin: 'azure.identity.aio' }),
  ...python('msal', 'ConfidentialClientApplication.* PublicClientApplication.*', { on: 'waits for the network', members: /^acquire_token_\w+$/ }),
  ...python('kubernetes.client', '*', { on: 'waits for the network', members: /^\w+Api\.(?:list|read|create|delete|patch|replace|connect|get)_\w+$/ }),
  ...['docker.DockerClient', 'docker.from_env()', 'docker.client.DockerClient'].flatMap((c) =>
    python(c, '*', { on: 'waits for the network', members: /^(?:(?:containers|images|volumes|networks|services|swarm|nodes)\.(?:list|get|run|create|pull|push|build|prune|search|remove)|(?:containers|images|networks|volumes)\.(?:get|run|create)\(\)\.(?:logs|start|stop|restart|kill|remove|exec_run|stats|wait|reload|top|connect|disconnect|push|tag|history)|info|ping|version|df|events)$/ }),
  ),
  ...python('docker.models.containers', 'Container.*', { on: 'waits for the network', members: /^(?:logs|start|stop|restart|kill|remove|exec_run|stats|wait|reload|top)$/ }),
  ...python('paramiko', 'SSHClient.connect SSHClient.exec_command SSHClient.open_sftp SSHClient.open_sftp().get SSHClient.open_sftp().put SSHClient.open_sftp().listdir SFTPClient.get SFTPClient.put SFTPClient.listdir', { on: 'waits for the network', twin: 'asyncssh' }),
  ...python('fabric', 'Connection.run Connection.sudo Connection.put Connection.get', { on: 'waits for the network' }),
  ...python('netmiko', 'ConnectHandler ConnectHandler.send_command ConnectHandler().send_command ConnectHandler.send_config_set ConnectHandler().send_config_set', { on: 'waits for the network' }),
  ...['hvac.Client', 'consul.Consul'].flatMap((c) => python(c, '*', { on: 'waits for the network', members: request })),
  ...python('ldap3', 'Connection.bind Connection.search Connection.modify Connection.add Connection.delete', { on: 'waits for the network' }),
  ...['Chrome', 'Firefox', 'Edge', 'Remote', 'Safari'].flatMap((c) => python(`selenium.webdriver.${c}`, 'get find_element find_elements execute_script get_screenshot_as_png save_screenshot quit refresh', { on: 'waits for another process' })),
  ...['Chrome', 'Firefox', 'Edge', 'Remote', 'Safari'].flatMap((c) => python('selenium.webdriver', c, { on: 'waits for a child process' })),
  ...['git.Repo', 'git.repo.Repo', 'git.repo.base.Repo'].flatMap((c) => [
    ...python(c, '*', {
      on: 'waits for a child process',
      members: /^(?:git\.\w+|index\.(?:remove|diff|checkout|move|reset)|remote\(\)\.(?:fetch|pull|push)|remotes\.\w+\.(?:fetch|pull|push)|is_dirty|clone|clone_from|init|iter_commits|blame|archive|merge_base|commit\(\)\.diff|head\.(?:commit\.diff|reset))$/,
    }),
    // written by GitPython itself
    ...python(c, '*', { on: 'waits for the disk', members: /^index\.(?:add|commit|write)$/ }),
  ]),
];

/** Synchronous clients of services, models and clouds. */
export const blockingClients: readonly BlockingSink[] = [...services, ...smaller, ...models, ...clouds];
